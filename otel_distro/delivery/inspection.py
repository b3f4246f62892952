"""Looks at what waits in a service's spool, and takes nothing from it.

For `otel-distro doctor`, beside processes that write and send meanwhile: what it returns was so a
moment ago.
"""

from dataclasses import dataclass, field
from pathlib import Path

from otel_distro.delivery.ownership import OWNER, is_owned
from otel_distro.delivery.segment import Segment
from otel_distro.delivery.settings import Signal
from otel_distro.delivery.spool import listed, signal_of


@dataclass
class Waiting:
    """What waits in one service's spool.

    Args:
        records: by signal; those that are sent already are not among them.
        size: bytes on disk.
        damaged: files that end in something that is no whole frame.
        abandoned: whether some of it belongs to no process that runs.
    """

    records: dict[Signal, int] = field(default_factory=dict["Signal", int])
    size: int = 0
    damaged: int = 0
    abandoned: bool = False


def waiting_in(directory: Path) -> Waiting:
    """Return what waits in a service's directory; files that vanish meanwhile are passed over."""
    waiting = Waiting()
    try:
        segments, _ = listed(directory)
    except OSError:
        return waiting
    for token, names in segments.items():
        owned = is_owned(directory / f"{token}{OWNER}")
        for name in names:
            _look_at(directory / name, token, waiting, owned=owned)
    return waiting


def _look_at(path: Path, token: str, waiting: Waiting, *, owned: bool) -> None:
    try:
        segment = Segment.found(path, token)
    except OSError:
        return
    signal = signal_of(path.name)
    waiting.records[signal] = waiting.records.get(signal, 0) + segment.waiting
    waiting.size += segment.size
    # The last frame of a file that is being written may not be whole yet.
    waiting.damaged += segment.torn and not owned
    waiting.abandoned |= bool(segment.waiting) and not owned
