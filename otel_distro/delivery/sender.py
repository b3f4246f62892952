"""Sends one signal from a thread of its own: what is in memory, and what is on disk.

A batch that does not arrive returns to the front of the queue, from where the keeper moves it to
disk; what is on disk is sent once the server answers, the oldest first.
"""

from collections.abc import Sequence
from time import monotonic
from typing import Literal

from otel_distro.delivery.batch import Batch
from otel_distro.delivery.deadline import Deadline
from otel_distro.delivery.flight import PROBE, Flight
from otel_distro.delivery.health import Health
from otel_distro.delivery.outbox import Outbox
from otel_distro.delivery.outcome import Outcome, Retryable, TooLarge
from otel_distro.delivery.pace import Pace
from otel_distro.delivery.retry import Backoff
from otel_distro.delivery.settings import DeliverySettings, Signal
from otel_distro.delivery.settlement import Settlement
from otel_distro.delivery.spool import Spool
from otel_distro.delivery.transport import Transport

Source = Literal["memory", "disk", "probe"]

_UNREADABLE_PAUSE = 1.0


class Sender:
    """Delivers the batches of one signal.

    Args:
        signal: whose batches.
        settings: the bounds.
        transport: carries the requests.
        outbox: what is in memory.
        spool: what is on disk.
        settlement: deals with outcomes.
    """

    def __init__(
        self,
        signal: Signal,
        settings: DeliverySettings,
        transport: Transport,
        outbox: Outbox,
        spool: Spool,
        settlement: Settlement,
    ) -> None:
        self.signal: Signal = signal
        self.outbox = outbox
        self.transport = transport
        self._spool = spool
        self._settlement = settlement
        self._pace = Pace(settings)
        self._backoff = Backoff()
        self._answered = False
        self._unanswered = False
        self._last: Source = "disk"
        self._closing = False

    @property
    def health(self) -> Health:
        """How this signal fares."""
        return self._settlement.health

    def run(self) -> None:
        """Send until the outbox is stopped."""
        while not self.outbox.stopped:
            try:
                self._send_one()
            except Exception as error:  # noqa: BLE001 - this thread must outlive whatever happens to it
                self.health.failed("internal", f"{type(error).__name__}: {error}")
                now = monotonic()
                self._backoff.failed(now, now, None)

    def _send_one(self) -> None:
        flight = self._next()
        if flight is None:
            return
        outcome: Outcome = Retryable("internal", "a fault of the sender", unknown=True)
        try:
            outcome = self._send(flight)
        finally:
            self._deal_with(flight, outcome)

    def close(self) -> None:
        """Send what is left at once; nothing more comes."""
        self._closing = True
        self.outbox.notify()

    def drain(self, deadline: Deadline) -> bool:
        """Wait until everything in memory and on disk is delivered; answer whether it is.

        Returns early where the server does not take anything now: waiting would not help.
        """
        while True:
            version = self.outbox.version
            if self.outbox.empty and not self._spool.ready(self.signal):
                return True
            resting = not self.outbox.flying and self._backoff.not_before > monotonic()
            if resting or deadline.passed or self.outbox.stopped:
                return False
            self.outbox.wait(version, deadline.remaining)

    def _next(self) -> Flight | None:
        while not self.outbox.stopped:
            version = self.outbox.version
            source, seconds = self._choose(monotonic())
            if source is None:
                self.outbox.wait(version, seconds)
                continue
            flight = self._depart(source)
            if flight is not None:
                self._last = source
                return flight
        return None

    def _choose(self, now: float) -> tuple[Source | None, float | None]:
        """Return what to send next, or how many seconds to wait for a change."""
        memory, disk = self.outbox.waiting, self._spool.ready(self.signal) > 0
        if not (memory or disk):
            return None, None
        if self._backoff.not_before > now:
            return None, self._backoff.not_before - now
        if self._unanswered:
            return "probe", None
        if disk and self._disk_is_next(memory):
            pause = self._pace.replay_pause(now, hurry=self._closing)
            if pause <= 0:
                return ("disk" if self._answered else "probe"), None
            if not memory:
                return None, pause
        return ("memory" if memory else None), None

    def _disk_is_next(self, memory: bool) -> bool:
        """Take turns; the disk, which holds what is oldest, comes first after a failure.

        In a process that has delivered nothing yet, it waits for what is in memory to do so.
        """
        if not memory:
            return True
        return self._answered and (self._last == "memory" or self.health.failing_for is not None)

    def _depart(self, source: Source) -> Flight | None:
        if source == "memory":
            return self.outbox.depart(self._pace.items, self._pace.bytes)
        if source == "probe":
            flight = Flight(PROBE)
            return flight if self.outbox.depart_with(flight) else None
        with self.outbox.fetching():
            return self._depart_from_disk()

    def _depart_from_disk(self) -> Flight | None:
        kept = self._spool.take(self.signal, self._pace.items, self._pace.bytes)
        if kept is None:
            self._pace.block_replay(monotonic() + _UNREADABLE_PAUSE)
            return None
        flight = Flight(kept.batch, kept=kept)
        if self.outbox.depart_with(flight):
            return flight
        self._spool.release(self.signal, kept)
        return None

    def _send(self, flight: Flight) -> Outcome:
        if len(flight.batch.payload) > self._pace.bytes and flight.batch.items > 1:
            return TooLarge("larger than one request may be")
        with self.health.attempt():
            outcome = self.transport.send(flight.batch.payload)
        self._note(flight, outcome)
        return outcome

    def _note(self, flight: Flight, outcome: Outcome) -> None:
        """Learn from an outcome when and what to send next."""
        now = monotonic()
        if isinstance(outcome, Retryable):
            self._note_failure(flight, outcome, now)
            return
        self._answered = True
        self._unanswered = False
        if flight.batch is PROBE:
            self._backoff.retry_now()
            return
        self._backoff.succeeded()
        self._pace.answered(now - flight.began)
        if not isinstance(outcome, TooLarge):
            self._pace.taken()
        elif flight.batch.items > 1:
            self._pace.too_large(len(flight.batch.payload))
        if flight.kept and not flight.memory:
            self._pace.replayed(len(flight.batch.payload), now)

    def _note_failure(self, flight: Flight, outcome: Retryable, now: float) -> None:
        self._unanswered = self._unanswered or outcome.unknown
        self._backoff.failed(flight.began, now, outcome.delay)
        if outcome.unknown and flight.batch is not PROBE:
            self._backoff.unanswered(now)
            self._pace.unanswered(flight.batch.items)

    def _deal_with(self, flight: Flight, outcome: Outcome) -> None:
        if not self.outbox.land(flight):
            return
        returned: Sequence[Batch] = () if flight.kept else flight.memory
        try:
            returned = self._settlement.settle(flight, outcome)
        finally:
            self.outbox.landed(returned)
