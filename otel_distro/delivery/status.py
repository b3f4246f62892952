"""The status files beside the spool: how delivery fares in each process of a service.

Each process replaces its own small file, whole; a reader sees the old one or the new one. They are
there for `otel-distro status`, which asks no process anything.
"""

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, cast

from otel_distro.delivery.account import SignalAccount
from otel_distro.delivery.ownership import OWNER, is_owned
from otel_distro.delivery.wording import counted_losses

STATUS = ".status.json"
KEPT_OF_ENDED = 16
"""Status files of processes that are gone, kept in each directory."""


@dataclass(frozen=True)
class SignalStatus:
    """How one signal fares.

    Args:
        address: where it goes, without secrets.
        account: where its records are.
        failing_seconds: since when nothing arrives; `None` while it does.
        last_failure: what a person is told about the last attempt that failed.
        last_failure_at: Unix seconds.
        last_delivery_at: Unix seconds.
    """

    address: str
    account: SignalAccount
    failing_seconds: float | None = None
    last_failure: str | None = None
    last_failure_at: float | None = None
    last_delivery_at: float | None = None


@dataclass(frozen=True)
class ProcessStatus:
    """How delivery fares in one process.

    Args:
        service: `service.name`.
        pid: of the process.
        token: names its files in the spool.
        started_at: Unix seconds.
        updated_at: Unix seconds.
        ended: whether it has said goodbye.
        spool_bytes: on disk, of all processes of the service.
        spool_limit: the most there may be.
        spool_problem: why nothing is written to disk, where that is so.
        signals: by name.
        notes: what else is to be known of the process, by subject.
        alive: whether it runs; found out when its file is read.
    """

    service: str
    pid: int
    token: str
    started_at: float
    updated_at: float
    ended: bool = False
    spool_bytes: int = 0
    spool_limit: int = 0
    spool_problem: str | None = None
    signals: Mapping[str, SignalStatus] = field(default_factory=dict[str, SignalStatus])
    notes: Mapping[str, str] = field(default_factory=dict[str, str])
    alive: bool = True


def write_status(directory: Path, status: ProcessStatus) -> None:
    """Replace the status file of a process.

    Raises:
        OSError: where it cannot be written; the old one is as before.
    """
    path = directory / f"{status.token}{STATUS}"
    draft = path.with_suffix(".draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(status), file)
    draft.replace(path)


def read_statuses(directory: Path) -> list[ProcessStatus]:
    """Return the status of each process below a spool's directory, the newest last.

    Files that are not what we write are passed over.
    """
    statuses = [_read(path) for path in directory.rglob(f"*{STATUS}")]
    return sorted((status for status in statuses if status), key=lambda status: status.started_at)


def prune(directory: Path) -> None:
    """Remove the oldest status files of processes that are gone, but for a few."""
    gone = [status for status in read_statuses(directory) if not status.alive]
    for status in gone[:-KEPT_OF_ENDED]:
        with suppress(OSError):
            (directory / f"{status.token}{STATUS}").unlink()


def render(statuses: Iterable[ProcessStatus]) -> str:
    """Return the statuses as text for a terminal."""
    return "\n\n".join(_render(status) for status in statuses) or "no process has written a status yet"


def _read(path: Path) -> ProcessStatus | None:
    try:
        found = cast("dict[str, Any]", json.loads(path.read_text("utf-8")))
        signals = {name: _signal(value) for name, value in found.pop("signals").items()}
        alive = is_owned(path.with_name(path.name.removesuffix(STATUS) + OWNER))
        found.update(signals=signals, alive=alive)
        return ProcessStatus(**found)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _signal(value: dict[str, Any]) -> SignalStatus:
    account = SignalAccount(**value.pop("account"))
    return SignalStatus(account=account, **value)


def _render(status: ProcessStatus) -> str:
    state = "running" if status.alive else "ended" if status.ended else "gone without a goodbye"
    spool = status.spool_problem or f"{status.spool_bytes:,} of {status.spool_limit:,} bytes on disk"
    lines = [f"{status.service or 'unnamed service'}, pid {status.pid}: {state}; {spool}"]
    for name, signal in status.signals.items():
        lines.append(f"  {name} -> {signal.address}: {_condition(signal)}")
        lines.append(f"    {_account(signal.account)}")
    lines += [f"  {subject}: {note}" for subject, note in status.notes.items()]
    return "\n".join(lines)


def _condition(signal: SignalStatus) -> str:
    if signal.failing_seconds is not None:
        return f"not arriving for {signal.failing_seconds:.0f} s ({signal.last_failure})"
    if (signal.last_failure_at or 0) > (signal.last_delivery_at or 0):
        return f"refused at the last attempt ({signal.last_failure})"
    if signal.last_failure:
        return f"arriving; last failure: {signal.last_failure}"
    return "arriving" if signal.last_delivery_at else "nothing sent yet"


def _account(account: SignalAccount) -> str:
    columns = ("accepted", "delivered", "queued", "spooled")
    parts = [f"{name} {getattr(account, name):,}" for name in columns]
    reasons = counted_losses(account.dropped)
    parts.append(f"dropped {account.lost:,}" + (f" ({reasons})" if reasons else ""))
    if account.recovered:
        parts.append(f"recovered {account.recovered:,}")
    if account.unknown:
        parts.append(f"perhaps repeated {account.unknown:,}")
    if account.replaced:
        parts.append(f"values made safe {account.replaced:,}")
    return ", ".join(parts)
