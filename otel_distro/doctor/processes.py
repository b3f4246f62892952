"""Checks how delivery fares in the processes of this user, by the status files that they write."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from time import time

from otel_distro.delivery.status import ProcessStatus, SignalStatus, read_statuses
from otel_distro.delivery.wording import counted_losses
from otel_distro.doctor.finding import Finding


def check_processes(root: Path, service: str | None) -> Iterator[Finding]:
    """Yield a finding for each process that runs, or else for the last one of its service.

    Args:
        root: of the spool, where the status files lie.
        service: whose processes; those of all services where `None`.
    """
    found = [status for status in read_statuses(root) if service in (None, status.service)]
    if not found:
        whose = f" of {service}" if service else ""
        yield Finding("process", f"none{whose} has run yet under opentelemetry-instrument")
    for name in sorted({status.service for status in found}):
        yield from map(_examine, _telling([status for status in found if status.service == name]))


def _telling(statuses: Sequence[ProcessStatus]) -> Sequence[ProcessStatus]:
    """Return the processes that run, or the one that ended last."""
    return [status for status in statuses if status.alive] or [max(statuses, key=lambda s: s.updated_at)]


def _examine(status: ProcessStatus) -> Finding:
    state = "runs" if status.alive else f"ended {_ago(status.updated_at)} ago"
    who = f"{status.service or 'unnamed service'}, pid {status.pid}, {state}"
    troubles = [
        trouble
        for name, signal in status.signals.items()
        for trouble in _troubles(name, signal, alive=status.alive)
    ]
    if status.spool_problem:
        troubles.append(status.spool_problem)
    if troubles:
        return Finding("process", f"{who}: {'; '.join(troubles)}", "see the reasons, and the checks above")
    return Finding("process", f"{who}: {'; '.join(_sums(status)) or 'nothing is exported'}")


def _troubles(name: str, signal: SignalStatus, *, alive: bool) -> Iterator[str]:
    account = signal.account
    if alive and signal.failing_seconds is not None:
        waits = account.queued + account.spooled
        since = (
            f"for {signal.failing_seconds:.0f} s" if signal.failing_seconds >= 1 else "at the last attempt"
        )
        yield f"{name} to {signal.address} not arriving {since} ({signal.last_failure}), {waits:,} wait"
    if account.lost:
        last = f", last: {signal.last_failure}" if signal.last_failure else ""
        yield f"{name}: {account.lost:,} lost ({counted_losses(account.dropped)}{last})"


def _sums(status: ProcessStatus) -> Iterator[str]:
    for name, signal in status.signals.items():
        account = signal.account
        waits = account.queued + account.spooled
        yield f"{name} {account.delivered:,} of {account.accepted:,} delivered" + (
            f", {waits:,} wait" if waits else ""
        )


def _ago(moment: float) -> str:
    seconds = max(time() - moment, 0)
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} seconds"
