"""Variables about log records.

https://opentelemetry-python-contrib.readthedocs.io/en/latest/instrumentation/logging/logging.html
"""

from dataclasses import dataclass

from otel_distro import parsing
from otel_distro.variables.variable import Variable, setting

_LEVELS = ("notset", "debug", "info", "warn", "warning", "error", "fatal", "critical")


@dataclass(frozen=True)
class LogSettings:
    """What becomes of the records of the standard library's `logging`."""

    log_records: bool = setting(
        "OTEL_PYTHON_LOG_AUTO_INSTRUMENTATION", "true", parsing.boolean, "logging's records become OTLP"
    )
    log_level: str | None = setting(
        "OTEL_PYTHON_LOG_HANDLER_LEVEL",
        "",
        parsing.one_of(*_LEVELS),
        "the lowest level that is exported",
        instead="all that the loggers let through",
    )
    log_correlation: bool = setting(
        "OTEL_PYTHON_LOG_CORRELATION",
        "false",
        parsing.boolean,
        "true: otelTraceID and its like on records, for your format; the format itself stays yours",
    )
    log_code_attributes: bool = setting(
        "OTEL_PYTHON_LOG_CODE_ATTRIBUTES", "false", parsing.boolean, "file, function and line on records"
    )


CHECKED = (
    Variable(
        "OTEL_PYTHON_LOG_LEVEL",
        "info",
        parsing.one_of("debug", "info", "warning", "error"),
        "no effect here: the root logger's level stays the application's",
    ),
    Variable(
        "OTEL_PYTHON_LOG_FORMAT",
        "",
        parsing.text,
        "no effect here: the format stays the application's",
    ),
    Variable(
        "OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED",
        "false",
        parsing.never_true("asks for the SDK's handler, which would export every record twice"),
        "the SDK's own handler, superseded: set aside",
    ),
    Variable(
        "OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", "128", parsing.limit, "attributes of a log record, at most"
    ),
    Variable(
        "OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT",
        "",
        parsing.limit,
        "characters of a log attribute's value, at most",
        instead="no limit",
    ),
)
