"""Keeps Python's warning about forks of processes with threads to what the application does.

From Python 3.12 on, a fork warns where any other thread runs. Ours do not make a fork dangerous:
a child uses none of their locks, connections or files. So a process whose only other threads are
ours forks as quietly as it would without us, also where warnings are errors.
https://docs.python.org/3/library/os.html#os.fork
"""

import functools
import os
import sys
import threading
import warnings
from collections.abc import Callable
from typing import Any

OWN_THREADS = "otel-distro"
"""What the names of all our threads begin with."""

_WARNING = r"This process \(pid=\d+\) is multi-threaded"


def keep_forks_quiet() -> None:
    """Wrap the functions that fork, where they warn."""
    if sys.version_info >= (3, 12):
        for name in ("fork", "forkpty"):
            if hasattr(os, name):
                setattr(os, name, _quiet(getattr(os, name)))


def _quiet(fork: Callable[[], Any]) -> Callable[[], Any]:
    @functools.wraps(fork)
    def quiet_fork() -> Any:
        if not _only_ours():
            return fork()
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", _WARNING, DeprecationWarning)
            return fork()

    return quiet_fork


def _only_ours() -> bool:
    """Say whether we have threads, and the application has the calling one alone."""
    others = [thread for thread in threading.enumerate() if thread is not threading.current_thread()]
    return bool(others) and all(thread.name.startswith(OWN_THREADS) for thread in others)
