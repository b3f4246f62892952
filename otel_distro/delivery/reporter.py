"""Keeps people informed: the status file, at most once a second, and the lines on stderr."""

import os
from collections.abc import Mapping, Sequence
from time import monotonic, time

from otel_distro.delivery.account import Account
from otel_distro.delivery.health import Health
from otel_distro.delivery.sender import Sender
from otel_distro.delivery.settings import DeliverySettings, Signal
from otel_distro.delivery.spool import Spool
from otel_distro.delivery.status import ProcessStatus, SignalStatus, prune, write_status
from otel_distro.delivery.stderr import Write, write_line
from otel_distro.delivery.warning import Warner, Watched
from otel_distro.delivery.wording import address

_INTERVAL = 1.0


class Reporter:
    """Reports on the senders of this process.

    Args:
        settings: of delivery.
        account: of this process.
        spool: beside which the status file lies.
        senders: of this process.
        notes: what else the status file says of this process, by subject.
        write: writes a line to stderr.
    """

    def __init__(
        self,
        settings: DeliverySettings,
        account: Account,
        spool: Spool,
        senders: Sequence[Sender],
        notes: Mapping[str, str],
        write: Write = write_line,
    ) -> None:
        self._settings = settings
        self._account = account
        self._spool = spool
        self._senders = senders
        self._notes = notes
        self._started_at = time()
        self._written_at = 0.0
        self._written: object = None
        self._pruned = False
        self._warns = settings.warnings
        healths: dict[Signal, Health] = {sender.signal: sender.health for sender in senders}
        watched = Watched(
            settings.destinations, healths, account, lambda: spool.directory, lambda: spool.problem
        )
        self._warner = Warner(watched, write)
        self._write = write
        self._told_of_spool = False
        self._told_of_unreadable = 0

    def report(self) -> None:
        """Write what is due; called often, from one thread."""
        if self._warns:
            self._tell_of_spool()
            self._tell_of_unreadable()
            self._warner.look()
        now = monotonic()
        if now - self._written_at >= _INTERVAL:
            self._written_at = now
            self._write_status(ended=False)

    def farewell(self) -> None:
        """Write the last status, and a line if telemetry was not delivered."""
        self._write_status(ended=True)
        if self._warns:
            self._warner.farewell()

    def _tell_of_spool(self) -> None:
        if self._spool.unusable and not self._told_of_spool:
            self._told_of_spool = True
            instead = (
                f"{self._spool.directory} is used instead" if self._spool.directory else "there is no spool"
            )
            self._write(f"undelivered telemetry cannot be kept in {self._spool.unusable}; {instead}")

    def _tell_of_unreadable(self) -> None:
        found = self._spool.unreadable
        if len(found) > self._told_of_unreadable:
            self._told_of_unreadable = len(found)
            files = ", ".join(f"{name} ({why})" for name, why in found.items())
            self._write(f"telemetry in {self._spool.directory} cannot be read and is left there: {files}")

    def _write_status(self, *, ended: bool) -> None:
        directory = self._spool.directory
        signals: dict[str, SignalStatus] = {s.signal: self._signal(s) for s in self._senders}
        notes = dict(self._notes)
        changed = (ended, signals, self._spool.problem, notes)
        if directory is None or changed == self._written:
            return
        status = ProcessStatus(
            service=self._settings.service_name,
            pid=os.getpid(),
            token=self._spool.token,
            started_at=self._started_at,
            updated_at=time(),
            ended=ended,
            spool_bytes=self._spool.used(),
            spool_limit=self._settings.spool_bytes,
            spool_problem=self._spool.problem,
            signals=signals,
            notes=notes,
        )
        try:
            write_status(directory, status)
            if not self._pruned:
                self._pruned = True
                prune(directory)
        except OSError:
            # A full disk shows in `spool_problem` and on stderr; the file is for convenience.
            return
        self._written = changed

    def _signal(self, sender: Sender) -> SignalStatus:
        failure = sender.health.last_failure
        failing = sender.health.failing_for
        return SignalStatus(
            address=address(self._settings.destinations[sender.signal]),
            account=self._account.of(sender.signal),
            failing_seconds=None if failing is None else round(failing),
            last_failure=failure.message if failure else None,
            last_failure_at=failure.at if failure else None,
            last_delivery_at=sender.health.last_delivery,
        )
