"""Runs servers and scripts in processes of their own, with a receiver for what they report."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.otel_distro.conftest import clean_environment
from tests.integration.otel_distro.otlp_sink import OtlpSink
from tests.integration.otel_distro.processes.servers import APPLICATIONS, SERVERS, Server, start_server

Serve = Callable[..., Server]


@pytest.fixture
def environment(otlp_sink: OtlpSink, tmp_path: Path) -> dict[str, str]:
    """What a process needs to report to the receiver."""
    return clean_environment() | {
        "OTEL_SERVICE_NAME": "counted",
        "OTEL_EXPORTER_OTLP_ENDPOINT": otlp_sink.endpoint,
        "OTEL_DISTRO_SPOOL_DIR": str(tmp_path / "spool"),
        "PYTHONPATH": str(APPLICATIONS),
    }


@pytest.fixture
def serve(environment: dict[str, str], tmp_path: Path) -> Iterator[Serve]:
    """Start a server by its name in `SERVERS`, with more arguments and variables where given."""
    started: list[Server] = []

    def start(name: str, *arguments: str, instrumented: bool = True, **variables: str) -> Server:
        log = tmp_path / f"{name}-{len(started)}.log"
        command = [*SERVERS[name], *arguments]
        server = start_server(command, environment | variables, log, instrumented=instrumented)
        started.append(server)
        return server

    yield start
    for server in started:
        server.kill()
