"""Starts the tests' application as a process of its own, and reads what it says."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[4]


class Process:
    """A running application.

    Args:
        options: see `application`.
    """

    def __init__(self, **options: Any) -> None:
        self.said: list[dict[str, Any]] = []
        self.began = time.monotonic()
        self.ended: float | None = None
        self.popen = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.otel_distro.delivery.application", json.dumps(options)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._stderr: list[tuple[float, str]] = []
        self._threads = [
            threading.Thread(target=self._read_stdout),
            threading.Thread(target=self._read_stderr),
        ]
        for thread in self._threads:
            thread.start()

    def wait_for(self, event: str, seconds: float = 30) -> dict[str, Any]:
        """Return what the process says at an event."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            found = self._find(event)
            if found:
                return found
            if self.popen.poll() is not None and not any(t.is_alive() for t in self._threads):
                break
            time.sleep(0.01)
        found = self._find(event)
        if not found:
            raise AssertionError(f"no {event!r}; exit {self.popen.poll()}; stderr: {self.stderr}")
        return found

    def end(self, seconds: float = 60) -> dict[str, Any]:
        """Wait until the process has ended; return its account."""
        code = self.popen.wait(seconds)
        self.ended = time.monotonic()
        for thread in self._threads:
            thread.join(10)
        assert code in (0, 143), (code, self.stderr)
        return self.wait_for("ended", 1)["account"]

    def kill(self) -> None:
        """Kill the process, as the kernel does when memory is short."""
        self.popen.kill()
        self.popen.wait()
        for thread in self._threads:
            thread.join(10)

    @property
    def stderr(self) -> str:
        """What it has written to stderr."""
        return "".join(line for _, line in self._stderr)

    @property
    def stderr_times(self) -> list[tuple[float, str]]:
        """Each line on stderr, with the seconds since the start."""
        return [(at - self.began, line) for at, line in self._stderr]

    def seconds_after(self, event: str) -> float:
        """Return how long the process went on after an event."""
        assert self.ended is not None
        return self.ended - self._find(event)["at"]  # type: ignore[index]

    def _find(self, event: str) -> dict[str, Any] | None:
        return next((said for said in self.said if said["event"] == event), None)

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


def balanced(account: dict[str, Any]) -> bool:
    """Answer whether each signal of an account adds up."""
    return all(
        a["accepted"] == a["queued"] + a["spooled"] + a["delivered"] + sum(a["dropped"].values())
        for a in account.values()
    )
