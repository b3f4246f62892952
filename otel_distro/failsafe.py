"""Keeps a fault of ours, or of a hook, away from the application.

https://opentelemetry.io/docs/specs/otel/error-handling/
"""

import functools
import logging
import threading
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

COMMANDS: Final = (KeyboardInterrupt, SystemExit)
"""What is meant for the process, and passes on even out of an application's own method."""

_logger = logging.getLogger(__name__)
_reported: set[str] = set()


def failsafe(function: Callable[P, R]) -> Callable[P, R | None]:
    """Wrap a function so that an exception becomes one log line and the answer `None`.

    Also one that is no `Exception`: a method of a value may ask for the result of a cancelled task.
    Each function is reported once a process: what fails for one request fails for a thousand.
    """

    @functools.wraps(function)
    def safe(*args: P.args, **kwargs: P.kwargs) -> R | None:
        try:
            return function(*args, **kwargs)
        except COMMANDS:
            raise
        except BaseException as error:  # noqa: BLE001 - the boundary to the application
            return _report(function, error)

    return safe


def failsafe_in_thread(function: Callable[P, R]) -> Callable[P, R | None]:
    """Wrap a function as `failsafe` does; in another thread than the main one nothing at all goes through.

    What ends the process is raised in the main thread. Anywhere else `sys.exit` ends the thread alone,
    and that thread is ours.
    """
    safe = failsafe(function)

    @functools.wraps(function)
    def safe_in_thread(*args: P.args, **kwargs: P.kwargs) -> R | None:
        try:
            return safe(*args, **kwargs)
        except COMMANDS as error:
            if ends_process(error):
                raise
            return _report(function, error)

    return safe_in_thread


def ends_process(error: BaseException) -> bool:
    """Say whether an exception is meant for the process, where it was raised."""
    return isinstance(error, COMMANDS) and threading.current_thread() is threading.main_thread()


def failsafe_async(function: Callable[P, Awaitable[R]]) -> Callable[P, Coroutine[Any, Any, R | None]]:
    """Wrap a coroutine function as `failsafe` does a function; a cancellation goes through."""

    @functools.wraps(function)
    async def safe(*args: P.args, **kwargs: P.kwargs) -> R | None:
        try:
            return await function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - the boundary to the application
            return _report(function, error)

    return safe


def _report(function: Callable[..., Any], error: BaseException) -> None:
    name = getattr(function, "__qualname__", repr(function))
    # Near the end of the stack not even a report has room.
    with suppress(Exception):
        if name not in _reported:
            _reported.add(name)
            _logger.warning("telemetry was lost in %s; the application is not affected", name, exc_info=error)
