"""Looks after what must not wait for a sender: disk, status file, and the line on stderr.

One thread for all signals. What has not been delivered after a moment is written to disk, also the
request that is in flight, so that a killed process loses little; what other processes have left is
taken over.
"""

import threading
from collections.abc import Callable, Sequence
from itertools import groupby
from time import monotonic

from otel_distro.delivery.batch import Batch, join
from otel_distro.delivery.deadline import Deadline
from otel_distro.delivery.sender import Sender
from otel_distro.delivery.settings import DeliverySettings
from otel_distro.delivery.spool import Spool

_BUSY_TICK = 0.2
_IDLE_TICK = 2.0
_ADOPTION_INTERVAL = 1.5


class Keeper:
    """Moves what is overdue to disk, and takes over what others left.

    Args:
        settings: say when something is overdue.
        spool: what is on disk.
        senders: of this process.
        report: called at each turn; writes the status file and warnings.
    """

    def __init__(
        self,
        settings: DeliverySettings,
        spool: Spool,
        senders: Sequence[Sender],
        report: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._spool = spool
        self._senders = senders
        self._report = report
        self._woken = threading.Event()
        self._stopping = False
        self._idle = False
        self._adopted_at = 0.0
        self.opened = threading.Event()
        """Set once the spool is open, or is known not to open, and was looked through."""
        self.ended = threading.Event()

    def wake(self, urgent: bool) -> None:
        """Begin a turn now; where it is not urgent, only if none is due soon anyway."""
        if urgent or self._idle:
            self._woken.set()

    def run(self) -> None:
        """Take turns until stopped."""
        try:
            self._turn()
            self.opened.set()
            while not self._stopping:
                self._rest()
                self._turn()
        finally:
            self.opened.set()
            self.ended.set()

    def stop(self, deadline: Deadline) -> bool:
        """Take no further turn; answer whether the last one ended before the deadline."""
        self._stopping = True
        self._woken.set()
        return self.ended.wait(deadline.remaining)

    def _rest(self) -> None:
        # Set before looking: a batch that comes in after the look then wakes us.
        self._idle = True
        quiet = all(sender.outbox.empty and sender.health.failing_for is None for sender in self._senders)
        self._idle = quiet
        self._woken.wait(_IDLE_TICK if quiet else _BUSY_TICK)
        self._idle = False
        self._woken.clear()

    def _turn(self) -> None:
        try:
            self._do_turn()
        except Exception as error:  # noqa: BLE001 - this thread must outlive whatever happens to it
            self._spool.problem = f"internal: {type(error).__name__}: {error}"

    def _do_turn(self) -> None:
        self._spool.open()
        for sender in self._senders:
            sender.health.look()
            self._keep(sender)
        now = monotonic()
        if now - self._adopted_at >= _ADOPTION_INTERVAL:
            self._adopted_at = now
            if self._spool.adopt():
                self._notify()
        self._report()

    def _keep(self, sender: Sender) -> None:
        if self._spool.directory is None:
            return
        outbox, signal = sender.outbox, sender.signal
        moment = monotonic() - self._settings.spool_delay
        flight = outbox.overdue_flight(moment)
        if flight:
            try:
                flight.kept = self._spool.hold(signal, flight.batch)
            finally:
                outbox.kept(flight)
        batches = outbox.overdue(moment)
        if batches:
            left: Sequence[Batch] = batches
            try:
                left = self._spool.keep(signal, merged(batches, self._settings))
            finally:
                outbox.moved(left)

    def _notify(self) -> None:
        for sender in self._senders:
            sender.outbox.notify()


def merged(batches: Sequence[Batch], settings: DeliverySettings) -> list[Batch]:
    """Join small batches that follow each other, so that one frame holds about one request."""
    group = 0
    items = size = 0
    groups: list[tuple[int, Batch]] = []
    for batch in batches:
        items += batch.items
        size += len(batch.payload)
        if items > settings.request_items or size > settings.request_bytes:
            group += 1
            items, size = batch.items, len(batch.payload)
        groups.append((group, batch))
    return [join([batch for _, batch in members]) for _, members in groupby(groups, key=lambda g: g[0])]
