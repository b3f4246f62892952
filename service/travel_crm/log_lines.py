"""One log record as one line: JSON for machines, or text for people, with the same things in it.

`timestamp` (ISO 8601, UTC), `level`, `message`, `logger`, `service`, `version`; inside a trace `trace_id` and
`span_id`, for a tenant `tenant`; what the record carries besides, by its own name; last `exception`.
"""

import logging
import time
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from opentelemetry import trace
from pythonjsonlogger.json import JsonFormatter

from travel_crm.telemetry.tenant_context import TENANT_ATTRIBUTE

# Under a name of ours already; or uvicorn's message once more, in colour.
_LEFT_OUT = frozenset((TENANT_ATTRIBUTE, "color_message"))


class TextLine(logging.Formatter):
    """`2026-11-25T20:44:41.123Z INFO logger: message trace_id=… span_id=… tenant=…`, then the exception."""

    converter = time.gmtime
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return the line, which is one, whatever the message holds."""
        context = (f"{name}={value}" for name, value in _context_of(record).items())
        line = super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")
        return " ".join((line, *context))


class JsonLine(JsonFormatter):
    """One JSON object a line."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._origin = {"service": service, "version": version("travel-crm")}

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """Fill in the object for a record; a name of the line's own wins over the record's."""
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
        log_data.update((k, v) for k, v in others.items() if k not in log_data and k not in _LEFT_OUT)
        if record.exc_info and record.exc_info[1]:
            log_data["exception"] = _described(record.exc_info[1], stacktrace)


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
    return {"type": module + cls.__qualname__, "message": str(error), "stacktrace": stacktrace}
