"""Telemetry that an application sets up itself, under servers and under pytest."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.integration.otel_distro.otlp_sink import OtlpSink
from tests.integration.otel_distro.processes.servers import APPLICATIONS
from tests.integration.otel_distro.processes.telemetry import counted, instances, process_ids, served

GIVEN = {"OTEL_RESOURCE_ATTRIBUTES": "service.instance.id=shop-7", "APP": "in_code:app"}


@pytest.mark.parametrize("when", ["before", "after"])
def test_application_instruments_itself(serve: Any, otlp_sink: OtlpSink, when: str) -> None:
    """Before the application is made or after, once or more often: each span arrives once (Launching 4)."""
    server = serve("uvicorn", instrumented=False, WHEN=when, **GIVEN)
    server.wait_until_served()
    server.count(20)
    server.end()

    assert len(served(otlp_sink)) == counted(otlp_sink) == 20
    assert instances(otlp_sink) == {"shop-7"}


@pytest.mark.parametrize("name", [pytest.param("gunicorn", marks=pytest.mark.soak), "gunicorn-preload"])
def test_gunicorn_loads_an_application_that_instruments_itself(
    serve: Any, otlp_sink: OtlpSink, name: str
) -> None:
    """Workers have slots, and the arbiter is silent, whether it loads the application or they do."""
    server = serve(name, instrumented=False, **GIVEN)
    server.wait_until_served()
    workers = set(server.count(200))
    server.end()

    assert len(served(otlp_sink)) == counted(otlp_sink) == 200
    assert instances(otlp_sink) <= {"shop-7-w0", "shop-7-w1"}
    assert workers <= process_ids(otlp_sink)
    assert server.process.pid not in process_ids(otlp_sink)


def test_pytest_is_left_as_it_was(environment: dict[str, str], otlp_sink: OtlpSink, tmp_path: Path) -> None:
    """No warning, thread or connection is left, and the telemetry of the tests arrives."""
    command = [sys.executable, "-X", "dev", "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*command, "--rootdir", str(tmp_path), str(APPLICATIONS / "suite.py")],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 passed" in done.stdout
    assert "Warning" not in done.stdout + done.stderr
    assert len(served(otlp_sink)) == 5
