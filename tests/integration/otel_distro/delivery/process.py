"""Starts the observed program under `opentelemetry-instrument`, and reads what becomes of it."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from otel_distro.delivery.status import ProcessStatus, read_statuses
from tests.integration.otel_distro.conftest import clean_environment

PROGRAM = Path(__file__).with_name("observed.py")
LAUNCHER = Path(sys.executable).with_name("opentelemetry-instrument")

# Only what the program uses is instrumented: it starts in a third of the time.
_QUIET = {"OTEL_PYTHON_DISABLED_INSTRUMENTATIONS": "fastapi,pymongo,redis,system_metrics,threading"}


class Process:
    """A program that runs.

    Args:
        environment: variables of OpenTelemetry; nothing of the tests' own environment that
            configures telemetry is passed on.
        options: see `observed`.
    """

    def __init__(self, environment: Mapping[str, str], **options: Any) -> None:
        self.said: list[dict[str, Any]] = []
        self.ended: float | None = None
        self.spool = Path(environment["OTEL_DISTRO_SPOOL_DIR"])
        self.began = time.monotonic()
        self.popen = subprocess.Popen(
            [LAUNCHER, sys.executable, str(PROGRAM), json.dumps(options)],
            env={**clean_environment(), **_QUIET, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._stderr: list[tuple[float, str]] = []
        readers = (self._read_stdout, self._read_stderr)
        self._threads = [threading.Thread(target=reader) for reader in readers]
        for thread in self._threads:
            thread.start()

    def wait_for(self, event: str, seconds: float = 60) -> dict[str, Any]:
        """Return what the program says at an event."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            reading = any(thread.is_alive() for thread in self._threads)
            found = next((said for said in self.said if said["event"] == event), None)
            if found:
                return found
            if not reading:
                break
            time.sleep(0.01)
        raise AssertionError(f"no {event!r}; exit {self.popen.poll()}; stderr: {self.stderr}")

    def go_on(self) -> None:
        """Let a program that waits do what comes next."""
        assert self.popen.stdin
        self.popen.stdin.write("\n")
        self.popen.stdin.flush()

    def end(self, seconds: float = 60) -> ProcessStatus:
        """Let the program end, wait for it, and return the last status that it wrote."""
        if self.popen.poll() is None:
            self.go_on()
        return self.wait(seconds)

    def wait(self, seconds: float = 60) -> ProcessStatus:
        """Wait until the program has ended by itself; return the last status that it wrote."""
        self.wait_for_exit(seconds)
        return self.status

    def wait_for_exit(self, seconds: float = 60) -> None:
        """Wait until the program has ended by itself, and has done so well."""
        code = self.popen.wait(seconds)
        self.ended = time.monotonic()
        self._join()
        assert code == 0, (code, self.stderr)

    def kill(self) -> None:
        """Kill the process, as the kernel does when memory is short."""
        self.popen.kill()
        self.popen.wait()
        self._join()

    def delivered(self, signal: str) -> int:
        """Return how many records of a signal its status file counts as delivered so far."""
        status = self._last_status()
        return status.signals[signal].account.delivered if status else 0

    def spooled(self, signal: str) -> int:
        """Return how many records of a signal its status file counts as on disk."""
        status = self._last_status()
        return status.signals[signal].account.spooled if status else 0

    @property
    def reports(self) -> bool:
        """Whether it has a status file: it has one once it is known that it exports."""
        return self._last_status() is not None

    @property
    def status(self) -> ProcessStatus:
        """What its status file says."""
        status = self._last_status()
        assert status, f"no status of {self.popen.pid} in {self.spool}: {self.stderr}"
        return status

    def _last_status(self) -> ProcessStatus | None:
        found = [status for status in read_statuses(self.spool) if status.pid == self.popen.pid]
        return found[-1] if found else None

    @property
    def stderr(self) -> str:
        """What it has written to stderr."""
        return "".join(line for _, line in self._stderr)

    @property
    def lines(self) -> list[tuple[float, str]]:
        """Each of our lines on stderr, with the seconds since the start."""
        return [(at - self.began, line) for at, line in self._stderr if line.startswith("otel-distro: ")]

    @property
    def exit_seconds(self) -> float:
        """How long the process took to end, from its last statement on."""
        assert self.ended is not None
        return self.ended - self.wait_for("ending", 0.1)["at"]

    @property
    def resident_bytes(self) -> int:
        """How much memory it holds now."""
        pages = Path(f"/proc/{self.popen.pid}/statm").read_text().split()[1]
        return int(pages) * 4096

    def _join(self) -> None:
        for thread in self._threads:
            thread.join(10)
        if self.popen.stdin:
            self.popen.stdin.close()

    def _read_stdout(self) -> None:
        assert self.popen.stdout
        for line in self.popen.stdout:
            self.said.append({**json.loads(line), "at": time.monotonic()})
        self.popen.stdout.close()

    def _read_stderr(self) -> None:
        assert self.popen.stderr
        for line in self.popen.stderr:
            self._stderr.append((time.monotonic(), line))
        self.popen.stderr.close()
