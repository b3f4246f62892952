"""Tells what a process is for, from how it was started.

https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods
"""

import sys
from collections.abc import Sequence
from inspect import currentframe
from pathlib import PurePath
from types import FrameType

_RESOURCE_TRACKER = "from multiprocessing.resource_tracker import"
_FORK_SERVER = "from multiprocessing.forkserver import"
_SPAWNED = "--multiprocessing-fork"
_SERVERS = ("uvicorn", "gunicorn", "fastapi")


def is_resource_tracker(arguments: Sequence[str] = ()) -> bool:
    """Say whether this process only cleans up after others: it runs nothing of the application."""
    return any(argument.startswith(_RESOURCE_TRACKER) for argument in _command(arguments))


def is_fork_server(arguments: Sequence[str] = ()) -> bool:
    """Say whether this process only forks others."""
    return any(argument.startswith(_FORK_SERVER) for argument in _command(arguments))


def is_worker(arguments: Sequence[str] = ()) -> bool:
    """Say whether this process is one of several that another one has started."""
    return _SPAWNED in _command(arguments) or _gunicorn_function("spawn_worker")


def is_server_command(arguments: Sequence[str] = ()) -> bool:
    """Say whether this process is to become a server or the supervisor of several."""
    words = iter(_command(arguments)[1:])
    for word in words:
        if word in ("-X", "-W"):
            next(words, None)
        elif word == "-m":
            return next(words, "") in _SERVERS
        elif not word.startswith("-"):
            return PurePath(word).name in _SERVERS
    return False


def is_gunicorn_arbiter() -> bool:
    """Say whether gunicorn's arbiter is loading the application in this process, for `--preload`."""
    return _gunicorn_function("setup") and not _gunicorn_function("spawn_worker")


def _command(arguments: Sequence[str]) -> Sequence[str]:
    return arguments or sys.orig_argv


def _gunicorn_function(name: str) -> bool:
    """Say whether this is called from within a function of gunicorn's arbiter.

    An application that calls `instrument` itself is loaded by then, so no earlier sign was seen.
    """
    if "gunicorn.arbiter" not in sys.modules:
        return False
    frame: FrameType | None = currentframe()
    while frame is not None:
        if frame.f_code.co_name == name and frame.f_globals.get("__name__") == "gunicorn.arbiter":
            return True
        frame = frame.f_back
    return False
