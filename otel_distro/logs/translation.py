"""Translates a record of `logging` into the OpenTelemetry log data model.

A record is the application's, and may hold anything: arguments that do not fit the message, an
object whose `__str__` raises. What cannot be shown is named in its place; nothing is lost for it.
https://opentelemetry.io/docs/specs/otel/logs/data-model/
"""

import logging
import traceback
from typing import Any

from opentelemetry.semconv.attributes.code_attributes import (
    CODE_FILE_PATH,
    CODE_FUNCTION_NAME,
    CODE_LINE_NUMBER,
)
from opentelemetry.semconv.attributes.exception_attributes import (
    EXCEPTION_MESSAGE,
    EXCEPTION_STACKTRACE,
    EXCEPTION_TYPE,
)

EVENT_NAME = "otel.event.name"
_SEVERITY_TEXTS = {"WARNING": "WARN", "CRITICAL": "FATAL"}
_OF_EVERY_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_OF_CORRELATION = frozenset(("otelTraceID", "otelSpanID", "otelTraceSampled", "otelServiceName"))
# The message once more, with escape sequences for a terminal.
_OF_UVICORN = frozenset(("color_message",))
_LEFT_OUT = _OF_EVERY_RECORD | _OF_CORRELATION | _OF_UVICORN
_PLAIN = (str, int, float, bool, bytes, type(None))
_LONGEST_REPR = 1024
_DEEPEST = 4
_LONGEST_COLLECTION = 128


def severity_text(record: logging.LogRecord) -> str:
    """Return the level's name as OpenTelemetry writes it."""
    return _SEVERITY_TEXTS.get(record.levelname, record.levelname)


def body_of(record: logging.LogRecord) -> str:
    """Return the message; where its arguments do not fit, the message as it was written."""
    try:
        return record.getMessage()
    except Exception:  # noqa: BLE001 - an argument's __str__ may raise anything
        return safe_text(record.msg)


def attributes_of(record: logging.LogRecord, *, code: bool) -> tuple[dict[str, Any], str | None]:
    """Return what the application added by `extra`, the exception, and the event's name.

    Args:
        record: as `logging` made it.
        code: whether file, function and line are wanted.
    """
    attributes = {
        safe_text(key): _safe_value(value, _DEEPEST)
        for key, value in vars(record).items()
        if key not in _LEFT_OUT
    }
    event_name = attributes.pop(EVENT_NAME, None)
    if code:
        attributes[CODE_FILE_PATH] = record.pathname
        attributes[CODE_FUNCTION_NAME] = record.funcName
        attributes[CODE_LINE_NUMBER] = record.lineno
    if record.exc_info and record.exc_info[1] is not None:
        attributes.update(_exception_attributes(record.exc_info[1]))
    return attributes, None if event_name is None else safe_text(event_name)


def safe_text(value: object) -> str:
    """Return the value as text of bounded length, whatever its `__str__` does."""
    try:
        return str(value)[:_LONGEST_REPR]
    except Exception:  # noqa: BLE001 - the value is the application's
        return f"<{type(value).__name__} that cannot be shown>"


def _safe_value(value: Any, depth: int) -> Any:
    if isinstance(value, _PLAIN):
        return value
    if depth == 0:
        return f"<{type(value).__name__}>"
    if isinstance(value, dict):
        return _safe_mapping(value, depth)  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, list | tuple | set | frozenset):
        items = list(value)[:_LONGEST_COLLECTION]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
        return [_safe_value(item, depth - 1) for item in items]  # pyright: ignore[reportUnknownVariableType]
    return safe_text(value)


def _safe_mapping(value: dict[Any, Any], depth: int) -> dict[str, Any]:
    items = list(value.items())[:_LONGEST_COLLECTION]
    return {safe_text(key): _safe_value(item, depth - 1) for key, item in items}


def _exception_attributes(error: BaseException) -> dict[str, str]:
    cls = type(error)
    module = "" if cls.__module__ == "builtins" else f"{cls.__module__}."
    return {
        EXCEPTION_TYPE: module + cls.__qualname__,
        EXCEPTION_MESSAGE: safe_text(error),
        EXCEPTION_STACKTRACE: _stacktrace(error),
    }


def _stacktrace(error: BaseException) -> str:
    try:
        return "".join(traceback.format_exception(error))
    except Exception:  # noqa: BLE001 - formatting calls the exception's __str__
        return "".join(traceback.format_tb(error.__traceback__))
