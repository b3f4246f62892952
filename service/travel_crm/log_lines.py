"""One log record as one line: JSON for machines, or text for people.

`timestamp` (ISO 8601, UTC), `level`, `message`, `logger`, `service`, `version`; inside a trace `trace_id` and
`span_id`, for a tenant `tenant`; what the record carries besides, by its own name; last `exception`. People
know which service they look at, and read in an access record's message what its attributes say again.
"""

import json
import logging
import time
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from opentelemetry import trace
from pythonjsonlogger.core import RESERVED_ATTRS, merge_record_extra
from pythonjsonlogger.json import JsonEncoder, JsonFormatter

from travel_crm.telemetry.tenant_context import TENANT_ATTRIBUTE

_OF_THE_LINE = {
    *("timestamp", "level", "message", "logger", "service", "version"),
    *("trace_id", "span_id", "tenant", "exception"),
}
# Not a record's own: names of the line; under one of them already; uvicorn's message once more, in colour.
_LEFT_OUT = _OF_THE_LINE | {TENANT_ATTRIBUTE, "color_message"}
_NOT_IN_TEXT = _LEFT_OUT | {*RESERVED_ATTRS, "taskName"}


class TextLine(logging.Formatter):
    """`2026-11-25T20:44:41.123Z INFO logger: message name=… trace_id=… span_id=… tenant=…`, then the failure.

    Between message and trace is what the record was given by `extra`, but for names with a dot.
    """

    converter = time.gmtime
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return the line, which is one, whatever the record holds."""
        others = merge_record_extra(record, {}, _NOT_IN_TEXT)
        named = {name: value for name, value in others.items() if "." not in str(name)} | _context_of(record)
        pairs = (f"{name}={_in_one_word(value)}" for name, value in named.items())
        line = " ".join((super().formatMessage(record), *pairs))
        return line.replace("\r", "\\r").replace("\n", "\\n")


class JsonLine(JsonFormatter):
    """One JSON object a line."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._origin = {"service": service, "version": version("travel-crm")}

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """Fill in the object for a record; no value of the record's has a name of the line's own."""
        others: dict[str, Any] = {}
        super().add_fields(others, record, message_dict)
        stacktrace = others.pop("exc_info", None)
        log_data.update(
            timestamp=_timestamp(record.created),
            level=record.levelname,
            message=others.pop("message"),
            logger=record.name,
            **self._origin,
            **_context_of(record),
        )
        log_data.update((name, value) for name, value in others.items() if name not in _LEFT_OUT)
        if record.exc_info and record.exc_info[1]:
            log_data["exception"] = _described(record.exc_info[1], stacktrace)

    def jsonify_log_record(self, log_data: dict[str, Any]) -> str:
        """Return the object; what JSON cannot say is said as text, and costs no other value of the line."""
        try:
            return _encoded(log_data)
        except (ValueError, TypeError, RecursionError):
            return _encoded({str(name): _encodable(value) for name, value in log_data.items()})


def _encoded(value: object) -> str:
    return json.dumps(value, allow_nan=False, cls=JsonEncoder)


def _encodable(value: object) -> object:
    try:
        _encoded(value)
    except (ValueError, TypeError, RecursionError):
        return _text(value)
    return value


def _text(value: object) -> str:
    try:
        return str(value)
    except Exception:  # noqa: BLE001 - whatever an object does when it is asked what it is
        return f"<{type(value).__name__}>"


def _in_one_word(value: object) -> str:
    """Return a value as text, in quotation marks where one could not see its end."""
    text = _text(value)
    return text if text.isprintable() and not set(text) & set(' "=') else json.dumps(text)


def _timestamp(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _context_of(record: logging.LogRecord) -> dict[str, str]:
    context: dict[str, str] = {}
    span_context = trace.get_current_span().get_span_context()
    if span_context.is_valid:
        context["trace_id"] = trace.format_trace_id(span_context.trace_id)
        context["span_id"] = trace.format_span_id(span_context.span_id)
    if tenant := vars(record).get(TENANT_ATTRIBUTE):
        context["tenant"] = tenant
    return context


def _described(error: BaseException, stacktrace: object) -> dict[str, object]:
    cls = type(error)
    module = "" if cls.__module__ == "builtins" else f"{cls.__module__}."
    return {"type": module + cls.__qualname__, "message": _text(error), "stacktrace": stacktrace}
