"""The threads of one process, and what they share.

One thread a signal sends, so that a destination that does not answer keeps no other signal, and all
of them use the same seconds at exit; one keeper looks after disk and reports. A forked child gets
new ones: threads do not survive a fork, and connections must not be shared.
"""

import contextvars
import threading
from collections.abc import Callable, Mapping

from opentelemetry.instrumentation.utils import suppress_instrumentation

from otel_distro.delivery.account import Account
from otel_distro.delivery.batch import Batch
from otel_distro.delivery.deadline import Deadline
from otel_distro.delivery.gate import Gate
from otel_distro.delivery.keeper import Keeper
from otel_distro.delivery.outbox import Outbox
from otel_distro.delivery.reporter import Reporter
from otel_distro.delivery.sender import Sender
from otel_distro.delivery.settings import DeliverySettings, Signal
from otel_distro.delivery.settlement import Settlement, Split
from otel_distro.delivery.spool import Spool
from otel_distro.delivery.transport import TransportFactory

_RESERVE = 0.4
"""Seconds of the shutdown that belong to the disk."""


class Workers:
    """What delivers, in one process.

    Args:
        settings: of delivery.
        account: of this process.
        split: halves an encoded request.
        create_transport: makes the transport of a destination.
        gate: the threads do nothing before it opens.
        notes: what else the status file says of this process, by subject.
    """

    def __init__(
        self,
        settings: DeliverySettings,
        account: Account,
        split: Split,
        create_transport: TransportFactory,
        gate: Gate,
        notes: Mapping[str, str],
    ) -> None:
        self._settings = settings
        self._gate = gate
        self._account = account
        self.spool = Spool(settings, account)
        self.senders: dict[Signal, Sender] = {}
        self._settlements: dict[Signal, Settlement] = {}
        for signal, destination in settings.destinations.items():
            settlement = self._settlements[signal] = Settlement(signal, account, self.spool, split)
            outbox = Outbox(settings.queue_bytes, self._wake_keeper)
            transport = create_transport(signal, destination, settings.user_agent)
            self.senders[signal] = Sender(signal, settings, transport, outbox, self.spool, settlement)
        senders = list(self.senders.values())
        self._reporter = Reporter(settings, account, self.spool, senders, notes)
        self._keeper = Keeper(settings, self.spool, senders, self._reporter.report)
        self._started = False
        self._running = False

    def start(self) -> None:
        """Start the threads, once.

        In an interpreter that ends, no thread can be started: then nothing is sent, and `shutdown`
        writes everything to disk.
        """
        if self._started:
            return
        self._started = True
        jobs: dict[str, Callable[[], None]] = {
            f"otel-distro-{signal}": sender.run for signal, sender in self.senders.items()
        }
        jobs["otel-distro-keeper"] = self._keeper.run
        for name, job in jobs.items():
            thread = threading.Thread(name=name, target=self._run, args=(job,), daemon=True)
            try:
                # An empty context: the thread belongs to no request of the application.
                contextvars.Context().run(thread.start)
            except RuntimeError:
                return
        self._running = True

    def offer(self, signal: Signal, batch: Batch) -> bool:
        """Take a batch; answer whether there was room."""
        return self.senders[signal].outbox.offer(batch)

    def wait_for_room(self, signal: Signal, deadline: Deadline) -> None:
        """Wait until at most half of a signal's memory is in use, unless no thread could be started."""
        if self._running and signal in self.senders:
            self.senders[signal].outbox.wait_for_room(deadline)

    def drain(self, deadline: Deadline, signals: tuple[Signal, ...]) -> bool:
        """Wait until all is delivered; answer whether it is."""
        drained = [self.senders[signal].drain(deadline) for signal in signals if signal in self.senders]
        return all(drained)

    def shutdown(self, deadline: Deadline) -> None:
        """Deliver what can be delivered, write the rest to disk, and count what found no room."""
        for sender in self.senders.values():
            sender.close()
        early = deadline.earlier(_RESERVE)
        if self._running:
            self._keeper.opened.wait(early.remaining)
            self.drain(early, tuple(self.senders))
        disk = not self._running or self._keeper.stop(deadline)
        if not self._keeper.opened.is_set():
            self.spool.open()
        for signal, sender in self.senders.items():
            self._put_away(signal, sender, disk=disk)
        self.spool.close()
        self._reporter.farewell()

    def abandon(self) -> None:
        """Close what a forked child has inherited and must not share."""
        self.spool.abandon()

    def _put_away(self, signal: Signal, sender: Sender, *, disk: bool) -> None:
        waiting, flight = sender.outbox.abandon()
        sender.transport.abort()
        left = [*self._settlements[signal].abandon(flight), *waiting] if flight else waiting
        if disk:
            left = self.spool.keep(signal, left)
        self._account.drop(signal, sum(batch.items for batch in left), "shutdown")

    def _wake_keeper(self, urgent: bool) -> None:
        self._keeper.wake(urgent)

    def _run(self, job: Callable[[], None]) -> None:
        """Run a job whose requests and queries make no telemetry of their own."""
        if self._gate.wait():
            with suppress_instrumentation():
                job()
