"""Collectors that fail in a given way, each in a process of its own: `collectors.py FAULT PORT`.

Beside the measured process, not within the measuring one, whose interpreter lock would be part of
every answer. A line on standard input asks how many spans were taken; one on standard output says.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast

from benchmarks.delivery.environments import ROOT
from tests.integration.otel_distro.delivery.scripted_collector import (
    Behaviour,
    ScriptedCollector,
    black_hole,
    healthy,
    html,
    slow,
    status,
)

BEHAVIOURS: dict[str, Behaviour] = {
    "healthy": healthy,
    "black hole": black_hole,
    "slow 5 s": slow(5),
    "503": status(503),
    "HTML page": html,
}
REFUSED = "refused"
FAULTS = ("healthy", REFUSED, "black hole", "slow 5 s", "503", "HTML page")


class Collector:
    """A running Collector.

    Args:
        fault: a name of `FAULTS`; nothing listens where it is refused.
        port: where, if not on a free one.
    """

    def __init__(self, fault: str, port: int = 0) -> None:
        command = [sys.executable, "-m", "benchmarks.delivery.collectors", fault, str(port)]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)
        self.port = self._ask("")["port"]
        if fault == REFUSED:
            self.stop()

    @property
    def endpoint(self) -> str:
        """The base URL."""
        return f"http://127.0.0.1:{self.port}"

    def counts(self) -> dict[str, int]:
        """Return how many different spans were taken, and how many came again."""
        return self._ask("count\n")

    def stop(self) -> None:
        """End it, and with it all its connections."""
        self._process.kill()
        self._process.wait()

    def _ask(self, question: str) -> dict[str, int]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(question)
        self._process.stdin.flush()
        return cast("dict[str, int]", json.loads(self._process.stdout.readline()))


@contextmanager
def collector(fault: str, port: int = 0) -> Iterator[Collector]:
    """Run a Collector for a block."""
    running = Collector(fault, port)
    try:
        yield running
    finally:
        running.stop()


def main(fault: str, port: int) -> None:
    """Serve until the other end of standard input closes."""
    server = ScriptedCollector(BEHAVIOURS.get(fault, healthy))
    server.port = port or server.port
    server.start()
    _say({"port": server.port})
    for _ in sys.stdin:
        taken = server.received.taken("traces")
        _say({"spans": len(taken), "repeated": server.received.repeated("traces")})
    server.stop()


def _say(answer: dict[str, int]) -> None:
    print(json.dumps(answer), flush=True)  # noqa: T201 - this is how the other end reads it


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
