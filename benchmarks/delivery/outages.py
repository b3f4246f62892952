"""How many spans are lost when the Collector is away for a while."""

import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.delivery.collectors import Collector
from benchmarks.delivery.environments import ROOT, Side

RATE = 1_000
"""Spans a second."""
_BEFORE = 3.0
_AFTER = 12.0
_PROGRAM = str(Path(__file__).parent / "programs" / "recorder.py")


@dataclass(frozen=True)
class Loss:
    """What an outage cost.

    Args:
        recorded: spans, in all.
        lost: spans that never arrived.
        repeated: deliveries beyond the first of a span.
    """

    recorded: int
    lost: int
    repeated: int


def outage(side: Side, seconds: float) -> Loss:
    """Record at a rate while the Collector is killed and comes back; return what did not arrive.

    Args:
        side: whose exporters.
        seconds: between the death of one Collector and the birth of the next, on the same port.
    """
    first = Collector("healthy")
    spans = int(RATE * (_BEFORE + seconds + _AFTER))
    with tempfile.TemporaryDirectory(prefix="otel-distro-bench-") as spool:
        process = subprocess.Popen(
            side.command("python", _PROGRAM, str(spans), str(RATE)),
            cwd=ROOT,
            env=side.environment(first.endpoint, Path(spool)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        _wait_for_spans(first, RATE)
        time.sleep(_BEFORE - 1)
        before = first.counts()
        first.stop()
        time.sleep(seconds)
        second = Collector("healthy", first.port)
        process.wait(300)
        after = second.counts()
        second.stop()
    arrived = before["spans"] + after["spans"]
    return Loss(spans, spans - arrived, before["repeated"] + after["repeated"])


def _wait_for_spans(target: Collector, count: int) -> None:
    until = time.monotonic() + 60
    while target.counts()["spans"] < count:
        assert time.monotonic() < until, "no spans arrived"
        time.sleep(0.1)
