"""Programs that run once, started in each of the ways that there are."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.otel_distro.conftest import PROGRAMS, clean_environment
from tests.integration.otel_distro.otlp_sink import OtlpSink

HERE = Path(__file__).parent / "programs"
LAUNCHER = (str(PROGRAMS / "opentelemetry-instrument"),)
OURS = (str(PROGRAMS / "otel-distro"), "run", "--")
PROGRAM = (sys.executable, str(HERE / "program.py"))


@dataclass(frozen=True)
class Ended:
    """A program that has ended."""

    status: int
    stdout: str
    stderr: str

    @property
    def seen(self) -> dict[str, Any]:
        """What `program.py` says it saw."""
        return json.loads(self.stdout)


Start = Callable[..., Ended]


@pytest.fixture
def start(otlp_sink: OtlpSink, tmp_path: Path) -> Start:
    """Run a command to its end, its telemetry going to the sink."""

    def start(*command: str, environment: dict[str, str] | None = None) -> Ended:
        return run_to_end(command, otlp_sink.endpoint, tmp_path, environment or {})

    return start


def run_to_end(command: Sequence[str], endpoint: str, directory: Path, environment: dict[str, str]) -> Ended:
    """Run a command to its end."""
    telemetry = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
        "OTEL_DISTRO_SPOOL_DIR": str(directory / "spool"),
        # Where a spool lies that no variable names.
        "HOME": str(directory),
    }
    done = subprocess.run(
        command,
        env=clean_environment() | telemetry | environment,
        cwd=directory,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)
