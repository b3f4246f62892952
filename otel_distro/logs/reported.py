"""Remembers on an exception that a log record was written for it, so that there is one.

An application that logs an error and raises it on has said it in its own words: the server edge
adds none. Otherwise the edge writes one with the span's ids. In both cases the server (uvicorn,
gunicorn) logs the same exception again after the span has ended, and `bridge.py` leaves that out.
An exception that takes no attributes stays unmarked.
"""

from contextlib import suppress

_REPORTED = "__otel_distro_reported__"
_LOGGED = "__otel_distro_logged__"


def mark_reported(error: BaseException) -> None:
    """Note that the exception has left the application, and has its log record."""
    _mark(error, _REPORTED)


def is_reported(error: BaseException | None) -> bool:
    """Say whether the exception has left the application."""
    return getattr(error, _REPORTED, False) is True


def mark_logged(error: BaseException) -> None:
    """Note that the application has logged the exception as an error."""
    _mark(error, _LOGGED)


def is_logged(error: BaseException) -> bool:
    """Say whether the application has logged the exception as an error."""
    return getattr(error, _LOGGED, False) is True


def _mark(error: BaseException, mark: str) -> None:
    with suppress(AttributeError, TypeError):
        setattr(error, mark, True)
