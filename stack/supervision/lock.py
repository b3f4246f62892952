"""Who may start a stack: one process at a time, which holds the lock while it answers for the stack."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from stack.errors import StackError


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold the lock; raise `StackError` with the holder's process id if another process does."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.open("a+", encoding="utf-8") as file:
        if not _take(file):
            raise StackError(
                f"process {_read(file)} is starting or running this already: wait, or `make down`"
            )
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield
        file.truncate(0)


def holder_of(path: Path) -> int | None:
    """Return the process id of whoever holds the lock, None if nobody does."""
    if not path.exists():
        return None
    with path.open("a+", encoding="utf-8") as file:
        return None if _take(file) else int(_read(file) or 0) or None


def _take(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read(file: TextIO) -> str:
    file.seek(0)
    return file.read().strip()
