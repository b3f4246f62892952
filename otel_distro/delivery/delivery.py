"""Delivery as the rest of the distribution sees it: takes encoded batches, and never loses one unsaid.

`submit` neither sends nor writes: it appends to a queue. What cannot be sent soon is on disk within
a second, survives the process, and is sent by the next one. Everything accepted is delivered, kept
or counted as dropped, by reason; see `account`.
"""

import os
import weakref
from collections.abc import Callable

from otel_distro.delivery.account import Account
from otel_distro.delivery.batch import Batch, Encoded
from otel_distro.delivery.deadline import Deadline
from otel_distro.delivery.gate import Gate
from otel_distro.delivery.settings import SIGNALS, DeliverySettings, Signal
from otel_distro.delivery.settlement import Split
from otel_distro.delivery.transport import TransportFactory, create_transport
from otel_distro.delivery.workers import Workers

_LAST_PART = 0.8
"""Seconds of the shutdown in which nothing is encoded any more: what is encoded is sent, or kept."""


class Delivery:
    """Delivers the telemetry of this process, and of each process that is forked from it.

    Args:
        settings: where it goes, and the bounds.
        split: halves an encoded request that a server finds too large.
        transports: makes a destination's transport; another one in tests.
        gate: says whether this process exports; it does where `None`.
    """

    def __init__(
        self,
        settings: DeliverySettings,
        split: Split,
        transports: TransportFactory = create_transport,
        gate: Gate | None = None,
    ) -> None:
        self.settings = settings
        self.account = Account()
        self.notes: dict[str, str] = {}
        """What else `otel-distro status` says of this process, by subject."""
        self.gate = gate or Gate()
        self._split = split
        self._transports = transports
        self._pid = os.getpid()
        self._closed = False
        self._end: Deadline | None = None
        self._forked: list[Callable[[], None]] = []
        self._inherited: list[Workers] = []
        self._workers = self._create_workers()
        _children.add(self)

    def start(self) -> None:
        """Start the threads, which wait for the gate; then what earlier processes left behind is sent.

        `submit` does so too, but may come when the interpreter ends and takes no new thread.
        """
        self._workers.start()

    def submit(self, signal: Signal, batch: Encoded) -> bool:
        """Accept an encoded batch; answer whether it is in our care now.

        Never raises, sends or waits. A batch that finds no room is dropped and counted.

        Args:
            signal: whose records.
            batch: what the encoder returned.
        """
        self.account.accept(signal, batch.items + batch.dropped, batch.replaced)
        self.account.drop(signal, batch.dropped, "unencodable")
        if not batch.items:
            return not batch.dropped
        if self._closed or signal not in self._workers.senders:
            self.account.drop(signal, batch.items, "already_shutdown" if self._closed else "not_exported")
            return False
        self._workers.start()
        taken = self._workers.offer(signal, Batch(batch.payload, batch.items))
        if not taken:
            self.account.drop(signal, batch.items, "already_shutdown" if self._closed else "buffer_full")
        return taken

    def wait_for_room(self, signal: Signal, deadline: Deadline) -> None:
        """Wait while more than half of a signal's memory is in use, and something takes it from there."""
        self._workers.wait_for_room(signal, deadline)

    def force_flush(self, timeout: float, signals: tuple[Signal, ...] = SIGNALS) -> bool:
        """Wait until what was accepted has been delivered.

        Args:
            timeout: seconds, at most.
            signals: whose records.

        Returns:
            Whether nothing is left in memory or on disk. `False` comes early where the destination
            does not take anything now.
        """
        if not self.gate.open():
            return True
        self._workers.start()
        return self._workers.drain(Deadline(timeout), signals)

    def begin_shutdown(self) -> None:
        """Let all that ends from now on share one time, which begins now: the intakes, and delivery."""
        self._end = Deadline(self.settings.shutdown_timeout)

    @property
    def intake_deadline(self) -> Deadline:
        """By when an intake that is closed now hands on its records; what is left of the time sends them."""
        timeout = self.settings.shutdown_timeout
        return (self._end or Deadline(timeout)).earlier(min(_LAST_PART, timeout / 3))

    def shutdown(self, timeout: float | None = None) -> None:
        """Deliver what can be delivered in time, keep the rest on disk, and say what was lost.

        All signals share the time. Further batches are dropped and counted.

        Args:
            timeout: seconds, at most; where `None`, what is left since `begin_shutdown`, or the settings'.
        """
        if self._closed:
            return
        self._closed = True
        if not self.gate.is_open:
            # Nothing was recorded, or nothing is exported: nobody has to be told.
            self.gate.silence()
            return
        left = self._end or Deadline(self.settings.shutdown_timeout)
        self._workers.shutdown(left if timeout is None else Deadline(timeout))

    def on_fork(self, reset: Callable[[], None]) -> None:
        """Call something in each forked child, before anything else happens to this object there."""
        self._forked.append(reset)

    def after_fork_in_child(self) -> None:
        """Begin anew in a forked child: no connection, thread, lock or record of the parent's.

        Called by itself after `os.fork`; calling it again does nothing.
        """
        if self._pid == os.getpid():
            return
        self._pid = os.getpid()
        self.gate.reset()
        self._workers.abandon()
        # Kept, not closed: closing could speak on a connection that the parent uses.
        self._inherited.append(self._workers)
        self.account.reset()
        self._closed = False
        self._end = None
        self._workers = self._create_workers()
        for reset in self._forked:
            reset()

    def _create_workers(self) -> Workers:
        return Workers(self.settings, self.account, self._split, self._transports, self.gate, self.notes)


_children: "weakref.WeakSet[Delivery]" = weakref.WeakSet()


def _reset_in_child() -> None:
    for delivery in list(_children):
        delivery.after_fork_in_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_reset_in_child)
