"""Keeps a fault of ours, or of a hook, away from the application.

https://opentelemetry.io/docs/specs/otel/error-handling/
"""

import functools
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

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
        except Exception as error:  # noqa: BLE001 - the boundary to the application
            # Near the end of the stack not even a report has room.
            with suppress(Exception):
                _report(getattr(function, "__qualname__", repr(function)), error)
            return None

    return safe


def failsafe_async(function: Callable[P, Awaitable[R]]) -> Callable[P, Coroutine[Any, Any, R | None]]:
    """Wrap a coroutine function as `failsafe` does a function; a cancellation goes through."""

    @functools.wraps(function)
    async def safe(*args: P.args, **kwargs: P.kwargs) -> R | None:
        try:
            return await function(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - the boundary to the application
            _report(getattr(function, "__qualname__", repr(function)), error)
            return None

    return safe


def _report(name: str, error: Exception) -> None:
    if name not in _reported:
        _reported.add(name)
        _logger.warning("telemetry was lost in %s; the application is not affected", name, exc_info=error)
