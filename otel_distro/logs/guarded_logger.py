"""The SDK's logger provider and logger, safe to call with anything.

`configurator.py` has the SDK's configurator make this provider. The body of a record is not looked
at by the SDK, and is made safe where it is encoded.
https://opentelemetry.io/docs/specs/otel/error-handling/
"""

from copy import copy
from typing import Any

from opentelemetry._logs import Logger as ApiLogger
from opentelemetry._logs import LogRecord
from opentelemetry.context import Context
from opentelemetry.sdk._logs import Logger, LoggerProvider, ReadWriteLogRecord

from otel_distro.failsafe import failsafe
from otel_distro.otlp.exceptions import exception_attributes
from otel_distro.otlp.surface import Surface


class GuardedLoggerProvider(LoggerProvider):
    """A logger provider whose loggers no argument breaks.

    Args:
        surface: makes arguments safe.
        arguments: the SDK's.
    """

    def __init__(self, surface: Surface, **arguments: Any) -> None:
        self._surface = surface
        super().__init__(**arguments)

    def get_logger(
        self, name: Any, version: Any = None, schema_url: Any = None, attributes: Any = None
    ) -> ApiLogger:
        """Return the logger of an instrumentation scope."""
        logger = super().get_logger(*self._surface.scope(name, version, schema_url, attributes))
        if type(logger) is Logger:
            logger.__class__ = GuardedLogger
            vars(logger)["surface"] = self._surface
        return logger


class GuardedLogger(Logger):
    """A logger that emits a record whatever it holds."""

    surface: Surface

    @failsafe
    def emit(self, record: Any = None, **fields: Any) -> None:
        """Emit a record, given whole or by its fields; what is no record is left out."""
        if record is None:
            fields["attributes"] = self._safe(fields.get("attributes"), fields.pop("exception", None))
            fields["context"] = self._context(fields.get("context"))
            super().emit(**fields)
        elif issubclass(type(record), LogRecord):
            safe = copy(record)
            safe.attributes = self._safe(record.attributes, record.exception)
            safe.exception = None
            super().emit(safe)
        elif issubclass(type(record), ReadWriteLogRecord):
            super().emit(record)
        else:
            self.surface.refuse()

    def _safe(self, attributes: Any, exception: Any) -> Any:
        """Return the attributes, with those of an exception that they do not have already."""
        most = self._log_record_limits.max_log_record_attributes
        safe = self.surface.attributes(attributes, most)
        if exception is None:
            return safe
        merged: dict[str, Any] = {**exception_attributes(exception), **(safe or {})}
        return merged

    def _context(self, context: Any) -> Any:
        return None if context is None else self.surface.instance(context, Context, None)
