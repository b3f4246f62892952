"""Ends telemetry in children that `multiprocessing` forks: they leave by `os._exit`, past `atexit`.

https://github.com/python/cpython/blob/main/Lib/multiprocessing/process.py
"""

import os
import threading
from collections.abc import Callable
from functools import partial
from types import ModuleType

from wrapt import when_imported

from otel_distro.failsafe import failsafe

_LAST = -1000


class ForkedChildren:
    """Calls something at the end of each child that `multiprocessing` forks.

    Args:
        end: ends telemetry; nothing is recorded afterwards.
        flush: delivers what is there; for a child whose other threads go on.
        begin: called in every child, by whatever method it was started.
    """

    def __init__(self, end: Callable[[], None], flush: Callable[[], None], begin: Callable[[], None]) -> None:
        self._pid = os.getpid()
        self._end = failsafe(end)
        self._flush = failsafe(flush)
        self._begin = failsafe(begin)

    def watch(self) -> None:
        """Begin, once `multiprocessing` is imported."""

        @when_imported("multiprocessing.util")
        @failsafe
        def _register(util: ModuleType) -> None:  # pyright: ignore[reportUnusedFunction] - called by the import
            # Before this the child forgets all finalizers of its parent, so this is the place for ours.
            util.register_after_fork(self, partial(ForkedChildren.register, util=util))

    def register(self, util: ModuleType) -> None:
        """Have this child end as it should; one that was spawned runs `atexit`."""
        self._begin()
        if os.getpid() != self._pid:
            util.Finalize(None, self.finish, exitpriority=_LAST)

    def finish(self) -> None:
        """Deliver what the child recorded. Its threads that are no daemons are only then waited for."""
        others = [thread for thread in threading.enumerate() if not thread.daemon]
        if len(others) > 1:
            self._flush()
        else:
            self._end()
