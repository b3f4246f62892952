"""Has what a process is said once, when that is known: as it begins to export, or as it ends without.

A supervisor says nothing, and each worker that it forks does; any other process speaks for the
children that it forks.
"""

import threading
from collections.abc import Callable

Say = Callable[[bool], None]
"""Says what this process is, given whether it exports; where it does not, nothing has its identity."""

# Another thread may be at it; it writes to the application's log, which may take its time.
_PATIENCE = 1.0


class Announcement:
    """What this process has still to say of itself."""

    def __init__(self) -> None:
        self._say: Say | None = None
        self._left_to_children = False
        self._saying = threading.Lock()

    def prepare(self, say: Say) -> None:
        """Keep what is to be said."""
        self._say = say

    def leave_to_children(self) -> None:
        """Say nothing in this process, but in those that it forks."""
        self._left_to_children = True

    def begin_in_child(self) -> None:
        """Begin anew in a forked child."""
        self._saying = threading.Lock()
        if not self._left_to_children:
            self._say = None
        self._left_to_children = False

    def make(self, *, exports: bool) -> None:
        """Say it, where that was not done; return when it is said.

        Args:
            exports: whether this process exports.
        """
        if self._left_to_children or not self._saying.acquire(timeout=_PATIENCE):
            return
        try:
            say, self._say = self._say, None
            if say:
                say(exports)
        finally:
            self._saying.release()
