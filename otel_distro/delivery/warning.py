"""Tells a person, on stderr, that telemetry is not arriving: rarely, and until it does.

The first line comes within ten seconds of the first failure, then at most one a minute, and one
when it works again. Short interruptions are passed over: nothing is lost in them. What is refused
or finds no room is lost, and said as such, once a minute too; that delays no line about an outage.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from otel_distro.delivery.account import Account, SignalAccount
from otel_distro.delivery.health import Health
from otel_distro.delivery.settings import SIGNALS, Destination, Signal
from otel_distro.delivery.stderr import Write
from otel_distro.delivery.wording import address, counted

PATIENCE = 4.0
"""Seconds of failure before the first line."""
INTERVAL = 60.0
"""Seconds between two lines, at least."""


@dataclass(frozen=True)
class Watched:
    """What the lines are about.

    Args:
        destinations: by signal.
        healths: by signal.
        account: of this process.
        directory: returns where undelivered telemetry is kept, if anywhere.
        problem: returns why it is not kept on disk, where that is so.
    """

    destinations: Mapping[Signal, Destination]
    healths: Mapping[Signal, Health]
    account: Account
    directory: Callable[[], Path | None]
    problem: Callable[[], str | None] = lambda: None


class Warner:
    """Decides when to write which line.

    Args:
        watched: what the lines are about.
        write: writes a line.
        clock: monotonic seconds.
    """

    def __init__(self, watched: Watched, write: Write, clock: Callable[[], float] = monotonic) -> None:
        self._watched = watched
        self._write = write
        self._clock = clock
        self._alarm_told_at = self._loss_told_at = -INTERVAL
        self._alarmed = False
        self._lost_told = 0

    def look(self) -> None:
        """Write a line if one is due."""
        failing: list[Signal] = [signal for signal in self._watched.healths if self._failing(signal)]
        lost = sum(account.lost for _, account in self._accounts())
        if failing:
            self._alarm(failing, lost)
        elif lost > self._lost_told:
            self._tell_loss(lost)
        elif self._alarmed and not self._any_failure():
            self._alarmed = False
            self._write_parts("telemetry arrives again", self._waiting())

    def farewell(self) -> None:
        """Write a line if the process ends with telemetry that was not delivered."""
        kept = counted((signal, account.spooled) for signal, account in self._accounts())
        lost = sum(account.lost for _, account in self._accounts())
        if not kept and lost <= self._lost_told:
            return
        accounts = self._accounts()
        affected: list[Signal] = [signal for signal, account in accounts if account.spooled or account.lost]
        reasons = self._reasons(affected)
        where = f"{kept} kept in {self._watched.directory()} for the next start" if kept else ""
        self._write_parts("exit with telemetry undelivered", reasons, where, self._disk(), self._losses())

    def _failing(self, signal: Signal) -> bool:
        """Answer whether something waits and has not arrived for a while."""
        seconds = self._watched.healths[signal].failing_for
        account = self._watched.account.of(signal)
        return seconds is not None and seconds >= PATIENCE and account.queued + account.spooled > 0

    def _any_failure(self) -> bool:
        return any(health.failing_for is not None for health in self._watched.healths.values())

    def _accounts(self) -> list[tuple[Signal, SignalAccount]]:
        return [(signal, self._watched.account.of(signal)) for signal in SIGNALS]

    def _alarm(self, failing: Sequence[Signal], lost: int) -> None:
        now = self._clock()
        if now - self._alarm_told_at < INTERVAL:
            return
        self._alarm_told_at = self._loss_told_at = now
        self._alarmed = True
        self._lost_told = lost
        parts = (self._reasons(failing), self._waiting(), self._disk(), self._losses())
        self._write_parts("telemetry is not arriving", *parts)

    def _tell_loss(self, lost: int) -> None:
        now = self._clock()
        if now - self._loss_told_at < INTERVAL:
            return
        self._loss_told_at = now
        self._lost_told = lost
        reasons = self._reasons([signal for signal, account in self._accounts() if account.lost])
        self._write_parts("telemetry was lost", self._losses().removeprefix("lost: "), reasons)

    def _write_parts(self, what: str, *parts: str) -> None:
        self._write(f"{what}: {'; '.join(filter(None, parts))}" if any(parts) else what)

    def _reasons(self, signals: Sequence[Signal]) -> str:
        """Return the failures, each once, with the signals that it stops."""
        by_failure: dict[str, list[str]] = {}
        for signal in signals:
            health, destination = self._watched.healths.get(signal), self._watched.destinations.get(signal)
            if health and destination and health.last_failure:
                failure = f"to {address(destination)} ({health.last_failure.message})"
                by_failure.setdefault(failure, []).append(signal)
        causes = [f"{', '.join(names)} {failure}" for failure, names in by_failure.items()]
        return "; ".join(causes)

    def _waiting(self) -> str:
        waiting = counted((signal, account.queued + account.spooled) for signal, account in self._accounts())
        return f"waiting: {waiting}" if waiting else ""

    def _disk(self) -> str:
        problem = self._watched.problem()
        return f"not kept on disk: {problem}" if problem else ""

    def _losses(self) -> str:
        lost = counted((signal, account.lost) for signal, account in self._accounts())
        reasons = sorted({reason for _, account in self._accounts() for reason in account.dropped})
        return f"lost: {lost} ({', '.join(reasons)})" if lost else "nothing lost"
