"""A request in flight: what it holds, and where it returns to when it does not arrive."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic

from otel_distro.delivery.account import Column
from otel_distro.delivery.batch import Batch, join
from otel_distro.delivery.signal_spool import Kept

PROBE = Batch(b"", 0)
"""An empty request: every Collector answers it, and it may arrive any number of times.

It asks whether a server that left a request unanswered is back, so that the telemetry itself is
not sent again and again to one that takes it and does not say so.
"""


@dataclass
class Flight:
    """One request, from the moment at which it is sent until its outcome is dealt with.

    Args:
        batch: what is sent.
        memory: the batches that were taken from memory for it.
        kept: where it is on disk: it was taken from there, or was written while in flight.
        began: monotonic moment at which it was sent.
        keeping: whether it is being written to disk at this moment.
        landing: whether its outcome is being dealt with.
        abandoned: whether nobody waits for its outcome any more.
    """

    batch: Batch
    memory: Sequence[Batch] = ()
    kept: Kept | None = None
    began: float = field(default_factory=monotonic)
    keeping: bool = False
    landing: bool = False
    abandoned: bool = False

    @property
    def column(self) -> Column:
        """Where its records are in the account."""
        return "spooled" if self.kept else "queued"


def flight_of(batches: Sequence[Batch]) -> Flight:
    """Return a flight of batches that were in memory."""
    return Flight(join(batches), memory=batches)
