"""Who owns which files of a spool: a file lock that the kernel releases when its process is gone.

Each process owns the segments that carry its token. A token's `.owner` file is locked for as long
as a process looks after its segments; whoever gets the lock of a process that is gone looks after
them next. So there is no moment at which two processes send the same segment, and none at which a
killed process keeps one from being sent.
"""

import os
import sys
from pathlib import Path
from time import time_ns

if sys.platform != "win32":
    import fcntl

OWNER = ".owner"
_PRIVATE = 0o600


class Ownership:
    """A held lock on a token; `create` and `take_over` make one.

    Args:
        path: of the `.owner` file.
        descriptor: open and locked.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.token = path.name.removesuffix(OWNER)
        self._descriptor = descriptor

    @classmethod
    def create(cls, directory: Path, token: str) -> "Ownership":
        """Own a new token.

        The file appears under its name locked already, so that no process sees it free.

        Raises:
            OSError: where the directory takes no files or locks.
        """
        path = directory / f"{token}{OWNER}"
        draft = directory / f"draft-{os.getpid()}-{os.urandom(4).hex()}"
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _PRIVATE)
        try:
            if not lock(descriptor):
                raise OSError("this directory cannot be locked")
            draft.rename(path)
        except BaseException:
            os.close(descriptor)
            draft.unlink(missing_ok=True)
            raise
        return cls(path, descriptor)

    @classmethod
    def take_over(cls, path: Path) -> "Ownership | None":
        """Own the token of a process that is gone; `None` while it lives, or another was faster.

        A missing `.owner` file is made: segments without one belong to nobody.
        """
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _PRIVATE)
        except OSError:
            return None
        if lock(descriptor) and _still_named(descriptor, path):
            return cls(path, descriptor)
        os.close(descriptor)
        return None

    @property
    def named(self) -> bool:
        """Whether the locked file is still there under its name; where that cannot be told now, it is."""
        return _still_named(self._descriptor, self.path, untold=True)

    def end(self) -> None:
        """Give up the token; its segments are gone."""
        self.path.unlink(missing_ok=True)
        self.leave()

    def leave(self) -> None:
        """Give up the lock; the segments stay for another process.

        In a forked child this closes the child's copy only: the parent keeps the lock.
        """
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def new_token() -> str:
    """Return a name for this process that no other has or had."""
    return f"{os.getpid()}-{time_ns():x}-{os.urandom(4).hex()}"


def is_owned(path: Path) -> bool:
    """Answer whether a process that lives holds the lock of an `.owner` file."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        return not lock(descriptor)
    finally:
        os.close(descriptor)


def lock(descriptor: int) -> bool:
    """Lock an open file without waiting; answer whether it is ours now."""
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _still_named(descriptor: int, path: Path, *, untold: bool = False) -> bool:
    """Answer whether a locked file is still the one under its name: another may have removed it.

    Args:
        descriptor: of the locked file.
        path: its name.
        untold: the answer where the disk cannot tell now.
    """
    try:
        found, opened = path.stat(), os.fstat(descriptor)
    except FileNotFoundError:
        return False
    except OSError:
        return untold
    return (found.st_ino, found.st_dev) == (opened.st_ino, opened.st_dev)
