"""The account: where every record that was accepted has gone, exact to the unit.

For each signal, at any moment:

    accepted = queued + spooled + delivered + dropped

Each change moves a number from one column to another under one lock, so the sum cannot drift.
`recovered` says how many of the accepted ones were taken over from the spool of a process that is
gone; `unknown` how many were sent without an answer, so that as many may have arrived repeatedly.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from otel_distro.delivery.settings import SIGNALS, Signal

Column = Literal["queued", "spooled"]


@dataclass(frozen=True)
class SignalAccount:
    """The account of one signal, in spans, log records or data points.

    Args:
        accepted: taken into our care, by this process or recovered by it.
        recovered: of these, taken over from a process that is gone.
        queued: in memory, waiting or in flight.
        spooled: on disk.
        delivered: confirmed by the server.
        dropped: lost, by reason.
        failed: records in attempts that failed, by reason; they may be delivered later.
        unknown: records in attempts that ended without an answer; one that was in two of them counts twice.
        pending: of the queued ones, not encoded yet.
        replaced: values that were made safe, where the application handed them over or while encoding.
    """

    accepted: int = 0
    recovered: int = 0
    queued: int = 0
    spooled: int = 0
    delivered: int = 0
    dropped: Mapping[str, int] = field(default_factory=dict[str, int])
    failed: Mapping[str, int] = field(default_factory=dict[str, int])
    unknown: int = 0
    pending: int = 0
    replaced: int = 0

    @property
    def lost(self) -> int:
        """Records dropped for any reason."""
        return sum(self.dropped.values())

    @property
    def balanced(self) -> bool:
        """Whether every accepted record is accounted for; always true."""
        return self.accepted == self.queued + self.spooled + self.delivered + self.lost


class Account:
    """Counts for all signals of one process. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._pending: dict[Signal, Callable[[], int]] = {}
        self.reset()

    def reset(self) -> None:
        """Begin at zero; for a child process, which has accepted nothing yet."""
        self._lock = threading.Lock()
        self._counts: dict[Signal, dict[str, int]] = {signal: {} for signal in SIGNALS}
        self._dropped: dict[Signal, dict[str, int]] = {signal: {} for signal in SIGNALS}
        self._failed: dict[Signal, dict[str, int]] = {signal: {} for signal in SIGNALS}

    def watch(self, signal: Signal, pending: Callable[[], int]) -> None:
        """Count records that wait to be encoded as accepted and queued.

        Args:
            signal: whose records.
            pending: returns how many wait now.
        """
        self._pending[signal] = pending

    def accept(self, signal: Signal, items: int, replaced: int = 0) -> None:
        """Take records into our care; they are queued."""
        with self._lock:
            self._add(signal, accepted=items, queued=items, replaced=replaced)

    def replace(self, signal: Signal, values: int) -> None:
        """Note values that were made safe, or refused, before anything was recorded."""
        with self._lock:
            self._add(signal, replaced=values)

    def recover(self, signal: Signal, items: int) -> None:
        """Take over records that a process that is gone left on disk."""
        with self._lock:
            self._add(signal, accepted=items, recovered=items, spooled=items)

    def deliver(self, signal: Signal, items: int, column: Column) -> None:
        """Move records to delivered from where they were."""
        with self._lock:
            self._add(signal, delivered=items, **{column: -items})

    def drop(self, signal: Signal, items: int, reason: str, column: Column = "queued") -> None:
        """Move records to dropped, by reason, from where they were."""
        if items:
            with self._lock:
                self._add(signal, **{column: -items})
                dropped = self._dropped[signal]
                dropped[reason] = dropped.get(reason, 0) + items

    def spool(self, signal: Signal, items: int) -> None:
        """Move records from memory to disk."""
        with self._lock:
            self._add(signal, queued=-items, spooled=items)

    def unspool(self, signal: Signal, items: int) -> None:
        """Move records from disk to memory."""
        with self._lock:
            self._add(signal, queued=items, spooled=-items)

    def fail(self, signal: Signal, items: int, reason: str, *, unknown: bool) -> None:
        """Note an attempt that failed; the records stay where they are."""
        with self._lock:
            failed = self._failed[signal]
            failed[reason] = failed.get(reason, 0) + items
            if unknown:
                self._add(signal, unknown=items)

    def of(self, signal: Signal) -> SignalAccount:
        """Return the account of one signal as it is now."""
        with self._lock:
            counts = dict(self._counts[signal])
            dropped, failed = dict(self._dropped[signal]), dict(self._failed[signal])
        pending = self._pending[signal]() if signal in self._pending else 0
        counts["accepted"] = counts.get("accepted", 0) + pending
        counts["queued"] = counts.get("queued", 0) + pending
        return SignalAccount(dropped=dropped, failed=failed, pending=pending, **counts)

    def _add(self, signal: Signal, **changes: int) -> None:
        counts = self._counts[signal]
        for name, change in changes.items():
            counts[name] = counts.get(name, 0) + change
