"""Keeps the segments of all processes of a service within one number of bytes.

Whoever writes first locks, looks at what all have written, and writes only where there is room.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep

from otel_distro.delivery.ownership import lock

SEGMENT = ".segment"
_LOCK = "quota.lock"
_LONGEST_WAIT = 0.5
_PAUSE = 0.01


class Quota:
    """Answers how much may be written.

    Args:
        directory: that holds the segments.
        limit: bytes that all segments in it may take together.
    """

    def __init__(self, directory: Path, limit: int) -> None:
        self._directory = directory
        self._limit = limit

    @contextmanager
    def room(self) -> Generator[int]:
        """Give the bytes that may be written before the block ends.

        A process that was stopped while it held the lock must not stop the others: after half a
        second they write without it, and the limit may be passed by one write of each.

        Raises:
            OSError: where the directory cannot be read.
        """
        descriptor = os.open(self._directory / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            until = monotonic() + _LONGEST_WAIT
            while not lock(descriptor) and monotonic() < until:
                sleep(_PAUSE)
            yield self._limit - self.used()
        finally:
            os.close(descriptor)

    def used(self) -> int:
        """Return the bytes that all segments take now."""
        size = 0
        with os.scandir(self._directory) as entries:
            for entry in entries:
                if entry.name.endswith(SEGMENT):
                    size += _size(entry)
        return size


def _size(entry: "os.DirEntry[str]") -> int:
    try:
        return entry.stat().st_size
    except FileNotFoundError:
        return 0
