"""Applications that run as processes of their own under `opentelemetry-instrument`."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from stack.ports import find_free_ports
from tests.integration.otel_distro.ending import end_in_any_case
from tests.integration.otel_distro.otlp_sink import OtlpSink

APPLICATIONS = Path(__file__).parent / "applications"
PROGRAMS = Path(sys.executable).parent


@dataclass
class RunningApplication:
    """A server process and where it answers."""

    process: subprocess.Popen[str]
    url: str
    errors: Path

    @property
    def stderr(self) -> str:
        """What the process has written to its standard error so far."""
        return self.errors.read_text()

    def stop(self) -> int:
        """Ask the process to end, and return its exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(30)


Run = Callable[..., RunningApplication]


@pytest.fixture
def otlp_sink() -> Iterator[OtlpSink]:
    """Take OTLP on a free port."""
    sink = OtlpSink()
    yield sink
    sink.close()


@pytest.fixture
def run_application(otlp_sink: OtlpSink, tmp_path: Path) -> Iterator[Run]:
    """Start applications of the folder `applications`, and end them after the test."""
    running: list[RunningApplication] = []

    def run(
        name: str, *, directory: str = ".", instrumented: bool = True, **environment: str
    ) -> RunningApplication:
        port = free_port()
        launcher = [PROGRAMS / "opentelemetry-instrument"] if instrumented else []
        server = [PROGRAMS / "uvicorn", f"{name}:app", "--port", str(port), "--log-level", "warning"]
        errors = tmp_path / f"{name}-{len(running)}.stderr"
        telemetry = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": otlp_sink.endpoint,
            "OTEL_DISTRO_SPOOL_DIR": str(tmp_path / "spool"),
        }
        with errors.open("w") as stderr:
            process = subprocess.Popen(
                [*launcher, *server],
                cwd=APPLICATIONS / directory,
                env=clean_environment() | telemetry | environment,
                stderr=stderr,
                text=True,
            )
        running.append(RunningApplication(process, f"http://127.0.0.1:{port}", errors))
        wait_until_served(running[-1])
        return running[-1]

    yield run
    for application in running:
        end_in_any_case(application.process)


def clean_environment() -> dict[str, str]:
    """Return this process's environment without anything that configures telemetry."""
    prefixes = ("OTEL_", "SENTRY_", "FASTAPI_OTEL_")
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}


def free_port() -> int:
    """Return a port that nothing listens on."""
    return find_free_ports(1)[0]


def wait_until_served(application: RunningApplication) -> None:
    """Wait until the port answers, and fail with its errors where the process ends before."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert application.process.poll() is None, application.stderr
        try:
            httpx.get(f"{application.url}/up", timeout=30)
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"no answer in 60 s: {application.stderr}")
