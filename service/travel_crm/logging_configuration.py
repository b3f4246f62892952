"""Where the process's log records go: stderr, as text or as one JSON object a line.

Only the standard library's `logging` is set up. Loggers that have their own handlers, such as uvicorn's, keep
them. A line names the trace it belongs to; the record itself is left as it is, for whoever else handles it.
"""

import logging
import logging.config
from typing import Any

from opentelemetry import trace
from pythonjsonlogger.json import JsonFormatter

from travel_crm.settings import Settings

_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_JSON = "%(levelname)s %(name)s %(message)s"


class TextLineFormatter(logging.Formatter):
    """Ends the first line of a record with the trace id."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Return the line."""
        ids = _current_ids()
        line = super().formatMessage(record)
        return f"{line} trace_id={ids['trace_id']}" if ids else line


class JsonLineFormatter(JsonFormatter):
    """Adds the trace and span id to the object."""

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """Fill in the object for a record."""
        super().add_fields(log_data, record, message_dict)
        log_data.update(_current_ids())


def configure_logging(settings: Settings) -> None:
    """Send this process's records, from the level in the settings on, to stderr."""
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "text": {"()": TextLineFormatter, "fmt": _TEXT},
                "json": {
                    "()": JsonLineFormatter,
                    "fmt": _JSON,
                    "rename_fields": {"levelname": "level", "name": "logger"},
                    "timestamp": True,
                },
            },
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": settings.log_format}},
            "root": {"level": settings.log_level, "handlers": ["stderr"]},
        }
    )


def _current_ids() -> dict[str, str]:
    span_context = trace.get_current_span().get_span_context()
    if not span_context.is_valid:
        return {}
    return {
        "trace_id": trace.format_trace_id(span_context.trace_id),
        "span_id": trace.format_span_id(span_context.span_id),
    }
