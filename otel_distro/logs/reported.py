"""Remembers on an exception that a log record was written for it.

The server edge writes one with the span's ids; the server (uvicorn, gunicorn) logs the same
exception again after the span has ended. `bridge.py` leaves that second one out.
"""

_MARK = "__otel_distro_reported__"


def mark_reported(error: BaseException) -> None:
    """Note that the exception has its log record; one that takes no attributes stays unmarked."""
    try:
        setattr(error, _MARK, True)
    except (AttributeError, TypeError):
        return


def is_reported(error: BaseException | None) -> bool:
    """Say whether the exception has its log record already."""
    return getattr(error, _MARK, False) is True
