"""Translates a record of `logging` into the OpenTelemetry log data model.

A record is the application's, and may hold anything: arguments that do not fit the message, an
object whose `__str__` raises. What it holds is handed on as it is; `guarded_logger.py` makes it safe.
https://opentelemetry.io/docs/specs/otel/logs/data-model/
"""

import logging
from typing import Any

from opentelemetry.semconv.attributes.code_attributes import (
    CODE_FILE_PATH,
    CODE_FUNCTION_NAME,
    CODE_LINE_NUMBER,
)

from otel_distro.failsafe import CONTAINED
from otel_distro.otlp.exceptions import exception_attributes

EVENT_NAME = "otel.event.name"
_SEVERITY_TEXTS = {"WARNING": "WARN", "CRITICAL": "FATAL"}
_OF_EVERY_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
_OF_CORRELATION = frozenset(("otelTraceID", "otelSpanID", "otelTraceSampled", "otelServiceName"))
# The message once more, with escape sequences for a terminal.
_OF_UVICORN = frozenset(("color_message",))
_LEFT_OUT = _OF_EVERY_RECORD | _OF_CORRELATION | _OF_UVICORN


def severity_text(record: logging.LogRecord) -> str:
    """Return the level's name as OpenTelemetry writes it."""
    return _SEVERITY_TEXTS.get(record.levelname, record.levelname)


def body_of(record: logging.LogRecord) -> Any:
    """Return the message; where its arguments do not fit, the message as it was written."""
    try:
        return record.getMessage()
    except CONTAINED:  # an argument's __str__ may raise anything
        return record.msg


def attributes_of(record: logging.LogRecord, *, code: bool) -> tuple[dict[Any, Any], Any]:
    """Return what the application added by `extra`, the exception, and the event's name.

    Args:
        record: as `logging` made it.
        code: whether file, function and line are wanted.
    """
    attributes: dict[Any, Any] = {key: value for key, value in vars(record).items() if key not in _LEFT_OUT}
    event_name = attributes.pop(EVENT_NAME, None)
    if code:
        attributes[CODE_FILE_PATH] = record.pathname
        attributes[CODE_FUNCTION_NAME] = record.funcName
        attributes[CODE_LINE_NUMBER] = record.lineno
    if record.exc_info and record.exc_info[1] is not None:
        attributes.update(exception_attributes(record.exc_info[1]))
    return attributes, event_name
