"""Describes an exception as attributes, whatever its own methods do.

https://opentelemetry.io/docs/specs/semconv/exceptions/
"""

import traceback
from typing import cast

from opentelemetry.semconv.attributes.exception_attributes import (
    EXCEPTION_MESSAGE,
    EXCEPTION_STACKTRACE,
    EXCEPTION_TYPE,
)

from otel_distro.failsafe import CONTAINED
from otel_distro.otlp.surface import LONGEST
from otel_distro.otlp.text import cut, shown, type_name
from otel_distro.otlp.values import Sanitiser


def exception_attributes(error: object) -> dict[str, str]:
    """Return type, message and stack trace of an exception; nothing raises, whatever it is."""
    message = exception_message(error)
    kind = _qualified_name(type(error))
    return {
        EXCEPTION_TYPE: kind,
        EXCEPTION_MESSAGE: message,
        EXCEPTION_STACKTRACE: _stacktrace(error, kind, message),
    }


def exception_message(error: object) -> str:
    """Return the text of an exception, within bounds; a substitute where its `__str__` raises."""
    if not issubclass(type(error), BaseException):
        # A container's own text knows no bound.
        return Sanitiser().text(error)
    message = shown(error)
    return message if len(message) <= LONGEST else cut(message, LONGEST)


def exception_summary(error: BaseException) -> str:
    """Return type and text of an exception, as the description of a span's status."""
    return f"{type_name(error)}: {exception_message(error)}"


def _qualified_name(cls: type) -> str:
    return cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"


def _stacktrace(error: object, kind: str, message: str) -> str:
    """Return the stack trace; where the exception cannot be formatted, or is huge, its frames alone."""
    if not issubclass(type(error), BaseException):
        return f"{kind}: {message}\n"
    raised = cast(BaseException, error)
    whole = _formatted(raised) if len(message) < LONGEST else None
    return "".join(whole or [*_frames(raised), f"{kind}: {message}\n"])


def _formatted(error: BaseException) -> list[str] | None:
    try:
        return traceback.format_exception(error)
    except CONTAINED:  # the exception's own methods are called
        return None


def _frames(error: BaseException) -> list[str]:
    return traceback.format_tb(BaseException.__dict__["__traceback__"].__get__(error))
