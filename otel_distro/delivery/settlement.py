"""Deals with the outcome of a request: each record in it is counted once, and kept or let go.

https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
"""

from collections.abc import Callable, Sequence

from otel_distro.delivery.account import Account
from otel_distro.delivery.batch import Batch
from otel_distro.delivery.counting import count_items
from otel_distro.delivery.flight import PROBE, Flight
from otel_distro.delivery.health import Health
from otel_distro.delivery.outcome import Delivered, Outcome, Partial, Permanent, Retryable, TooLarge
from otel_distro.delivery.settings import Signal
from otel_distro.delivery.spool import Spool

Split = Callable[[bytes, Signal], list[bytes]]


class Settlement:
    """Settles the requests of one signal.

    Args:
        signal: whose requests.
        account: where each record is counted.
        spool: what is on disk.
        split: halves an encoded request; one that cannot be halved comes back whole.
    """

    def __init__(self, signal: Signal, account: Account, spool: Spool, split: Split) -> None:
        self.health = Health()
        self._signal: Signal = signal
        self._account = account
        self._spool = spool
        self._split = split

    def settle(self, flight: Flight, outcome: Outcome) -> Sequence[Batch]:
        """Settle a request; return the batches that go back to the front of the queue."""
        if flight.batch is PROBE:
            if isinstance(outcome, Retryable):
                self.health.failed(outcome.reason, outcome.message, flight.began)
            return ()
        if isinstance(outcome, Retryable):
            return self._keep(flight, outcome)
        if isinstance(outcome, TooLarge):
            return self._halve(flight, outcome)
        self._finish(flight, outcome)
        return ()

    def abandon(self, flight: Flight) -> Sequence[Batch]:
        """Give up waiting for an outcome; return the batches that are in memory only."""
        if flight.batch is PROBE:
            return ()
        return self._keep(flight, Retryable("shutdown", "no answer before the exit", unknown=True))

    def _finish(self, flight: Flight, outcome: Delivered | Partial | Permanent) -> None:
        items = flight.batch.items
        if isinstance(outcome, Permanent):
            self._refuse(flight, items, outcome.reason, outcome.message)
        else:
            rejected = min(outcome.rejected, items) if isinstance(outcome, Partial) else 0
            if isinstance(outcome, Partial):
                self._refuse(flight, rejected, "rejected", outcome.message)
            self._account.deliver(self._signal, items - rejected, flight.column)
            self.health.delivered()
        self._forget(flight)

    def _refuse(self, flight: Flight, items: int, reason: str, message: str) -> None:
        self._account.fail(self._signal, items, reason, unknown=False)
        self._account.drop(self._signal, items, reason, flight.column)
        self.health.note(reason, message)

    def _keep(self, flight: Flight, outcome: Retryable) -> Sequence[Batch]:
        items = flight.batch.items
        self._account.fail(self._signal, items, outcome.reason, unknown=outcome.unknown)
        self.health.failed(outcome.reason, outcome.message, flight.began)
        if flight.kept is None:
            return flight.memory
        self._spool.release(self._signal, flight.kept)
        return ()

    def _halve(self, flight: Flight, outcome: TooLarge) -> Sequence[Batch]:
        halves = self._halves(flight.batch)
        if not halves:
            self._finish(flight, Permanent("too_large", outcome.message))
            return ()
        if flight.kept:
            self._account.unspool(self._signal, flight.batch.items)
            self._forget(flight)
        self._correct(flight.batch.items - sum(half.items for half in halves))
        return halves

    def _halves(self, batch: Batch) -> list[Batch]:
        if batch.items < 2:
            return []
        try:
            parts = self._split(batch.payload, self._signal)
            halves = [Batch(part, count_items(self._signal, part)) for part in parts]
        except ValueError:
            return []
        return halves if len(halves) > 1 else []

    def _correct(self, missing: int) -> None:
        """Keep the account exact where the halves do not hold what the whole was said to hold."""
        if missing > 0:
            self._account.drop(self._signal, missing, "split")
        elif missing < 0:
            self._account.accept(self._signal, -missing)

    def _forget(self, flight: Flight) -> None:
        if flight.kept:
            self._spool.done(self._signal, flight.kept)
