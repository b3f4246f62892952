"""Owns the slots of a service on this machine: names that its processes hold for as long as they live.

A slot is a file that is locked. The kernel releases the lock when its process is gone, however it
ended, so a restarted worker finds its predecessor's slot free, and takes the lowest one that is.
"""

import hashlib
import os
import sys
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from otel_distro.delivery.directory import partition_name, private_directory, roots
from otel_distro.delivery.ownership import lock

_MOST = 1024
_PRIVATE = 0o700
ALONE = ""
"""The slot of a process that has no siblings: its identity has no suffix."""


class Slot:
    """A slot that this process holds.

    Args:
        name: `ALONE`, or `w0`, `w1`, …
        descriptor: of the locked file.
    """

    def __init__(self, name: str, descriptor: int) -> None:
        self.name = name
        self._descriptor = descriptor

    def leave(self) -> None:
        """Close the file: another process may take the slot.

        In a forked child this closes the child's copy only, and the parent keeps the slot.
        """
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def take_slot(directory: Path, *, worker: bool) -> Slot | None:
    """Take the first free slot; `None` where the directory takes no locks.

    Args:
        directory: of the service's slots, from `slot_directory`.
        worker: whether this process is one of several; if not, `ALONE` comes first.
    """
    for name in islice(_names(worker=worker), _MOST):
        try:
            descriptor = os.open(directory / f"{name or 'alone'}.lock", _FLAGS, 0o600)
        except OSError:
            return None
        if lock(descriptor):
            return Slot(name, descriptor)
        os.close(descriptor)
    return None


def slot_directory(service_name: str, base: str, root: Path | None) -> Path | None:
    """Return the directory of the slots of one identity, made where it is missing.

    It lies in the service's part of the spool: private to the user, and apart for each service.

    Args:
        service_name: whose processes these are.
        base: the identity that they share, before any suffix.
        root: of the spool, where one is set; the defaults follow.
    """
    if sys.platform == "win32":
        return None
    name = f"slots-{hashlib.sha256(base.encode('utf-8', 'replace')).hexdigest()[:8]}"
    for directory in _roots(root):
        try:
            slots = private_directory(directory, partition_name(service_name)) / name
            slots.mkdir(mode=_PRIVATE, exist_ok=True)
        except OSError:
            continue
        return slots
    return None


def _names(*, worker: bool) -> Iterator[str]:
    if not worker:
        yield ALONE
    for number in count():
        yield f"w{number}"


def _roots(given: Path | None) -> Iterator[Path]:
    yield from roots(given)
    # Memory can be written where a container's file system is read-only.
    yield Path("/dev/shm") / f"otel-distro-{os.geteuid()}" / "spool"  # noqa: S108 - its owner is checked


_FLAGS = os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0)
