"""A log file that several processes write to, and that is put aside when it is full.

Every line is one `write` to a file opened for appending, which local file systems carry out whole and one
after the other; no lock is held for it. Only putting a full file aside takes one, and whoever does not get it
goes on writing. So a process that is stopped in the middle, by a debugger or a full disk, holds up no other:
the file grows past its size for that long. (`concurrent-log-handler` waits for a lock at each record, without
limit: one worker that hangs would stop the event loops of all.)
https://pubs.opengroup.org/onlinepubs/9799919799/functions/write.html
"""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MOST_BYTES = 5_000_000
"""The most that a file holds, but for what is written while another process puts it aside."""
FILES = 5
"""How many there are in all: the one that is written to, and four older ones, `.1` the youngest."""
# Between its look at the size and its write, a process does not see the lines that others write.
_ROOM_FOR_OTHERS = 64 * 1024


class SharedRotatingFileHandler(logging.Handler):
    """Writes lines to a file that other processes write to as well."""

    def __init__(self, filename: str, most_bytes: int = MOST_BYTES, files: int = FILES) -> None:
        """Open the file; raise `OSError` where that cannot be done."""
        super().__init__()
        self._path = Path(filename)
        self._most_bytes = most_bytes - _ROOM_FOR_OTHERS
        self._files = files
        self._descriptor = -1
        self._identity = (0, 0)
        self._open()

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record; what goes wrong is told as `logging` does, and raises nothing."""
        try:
            self._append(f"{self.format(record)}\n".encode("utf-8", "backslashreplace"))
        except Exception:  # noqa: BLE001 - logging's contract
            self.handleError(record)

    def close(self) -> None:
        """Close the file."""
        self.acquire()
        try:
            if self._descriptor >= 0:
                os.close(self._descriptor)
                self._descriptor = -1
        finally:
            self.release()
        super().close()

    def _append(self, line: bytes) -> None:
        self._follow()
        if self._is_full(len(line)):
            self._put_aside(len(line))
            self._follow()
        while line:
            line = line[os.write(self._descriptor, line) :]

    def _follow(self) -> None:
        """Turn to the file that has the name now, if another process has put ours aside."""
        if self._descriptor < 0 or self._identity != self._identity_by_name():
            self._open()

    def _identity_by_name(self) -> tuple[int, int] | None:
        try:
            status = self._path.stat()
        except FileNotFoundError:
            return None
        return status.st_dev, status.st_ino

    def _open(self) -> None:
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        if self._descriptor >= 0:
            os.close(self._descriptor)
        status = os.fstat(descriptor)
        self._descriptor, self._identity = descriptor, (status.st_dev, status.st_ino)

    def _is_full(self, coming: int) -> bool:
        size = os.fstat(self._descriptor).st_size
        return size > 0 and size + coming > self._most_bytes

    def _put_aside(self, coming: int) -> None:
        with _sole_owner(self._path.with_name(f"{self._path.name}.lock")) as sole_owner:
            # Another process may have done it just before.
            if sole_owner and self._identity == self._identity_by_name() and self._is_full(coming):
                for number in range(self._files - 1, 0, -1):
                    _rename(self._numbered(number - 1), self._numbered(number))

    def _numbered(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}") if number else self._path


@contextmanager
def _sole_owner(lock: Path) -> Iterator[bool]:
    """Tell whether this process has the lock; it has until the context ends, or the process does."""
    descriptor = os.open(lock, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o640)
    try:
        try:
            # Of the process, unlike `flock`: one that is forked meanwhile does not have it.
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(descriptor)


def _rename(source: Path, target: Path) -> None:
    try:
        source.replace(target)
    except FileNotFoundError:
        return
