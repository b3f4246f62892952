"""Keeps a fault of ours, or of a hook, away from the application.

https://opentelemetry.io/docs/specs/otel/error-handling/
"""

import functools
import logging
import threading
from asyncio import CancelledError
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, Final, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

CONTAINED: Final = (Exception, CancelledError, GeneratorExit)
"""What a fault of ours or a method of a value may raise, such as one that asks for a cancelled task's result.

Anything else, such as an interrupt or a time limit, is meant for whoever waits for it, and passes on.
"""

_logger = logging.getLogger(__name__)
_reported: set[str] = set()


def failsafe(function: Callable[P, R]) -> Callable[P, R | None]:
    """Wrap a function so that an exception becomes one log line and the answer `None`.

    Each function is reported once a process: what fails for one request fails for a thousand.
    """

    @functools.wraps(function)
    def safe(*args: P.args, **kwargs: P.kwargs) -> R | None:
        try:
            return function(*args, **kwargs)
        except CONTAINED as error:
            return _report(function, error)

    return safe


def failsafe_in_thread(function: Callable[P, R]) -> Callable[P, R | None]:
    """Wrap a function as `failsafe` does; in another thread than the main one nothing at all goes through.

    Anywhere else `sys.exit` ends the thread alone, and that thread is ours.
    """
    safe = failsafe(function)

    @functools.wraps(function)
    def safe_in_thread(*args: P.args, **kwargs: P.kwargs) -> R | None:
        try:
            return safe(*args, **kwargs)
        except BaseException as error:
            if passes_on(error):
                raise
            return _report(function, error)

    return safe_in_thread


def passes_on(error: BaseException) -> bool:
    """Say whether an exception is meant for somebody else than us, where it was raised."""
    return not isinstance(error, CONTAINED) and threading.current_thread() is threading.main_thread()


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
