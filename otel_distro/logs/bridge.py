"""Carries records of the standard library's `logging` into the OpenTelemetry Logs API.

Installed by `instrumentation/logging.py` in front of `logging.Logger.callHandlers`, the one place
that every record passes once its logger's level and filters let it. A handler on the root logger,
as upstream has it, changes what the application prints: `basicConfig` does nothing any more, the
handler of last resort falls silent, `dictConfig` removes it, and loggers that do not propagate
(uvicorn's) never reach it.
https://opentelemetry.io/docs/specs/otel/logs/data-model-appendix/#python-logging-module
"""

import logging
from collections.abc import Callable
from contextvars import ContextVar

from opentelemetry._logs import Logger, LoggerProvider, get_logger
from opentelemetry.context import get_current
from opentelemetry.instrumentation.log_utils import std_to_otel

from otel_distro.failsafe import failsafe
from otel_distro.logs.reported import is_reported, mark_logged
from otel_distro.logs.translation import attributes_of, body_of, severity_text

OWN_LOGGERS = ("opentelemetry", "otel_distro", "urllib3", "grpc", "requests")
"""What delivery itself writes: exported, a failed export would cause the next one."""
ACCESS_LOGGERS = ("uvicorn.access", "gunicorn.access", "hypercorn.access")
"""The server edge writes the access record, with the request's ids."""

_CallHandlers = Callable[[logging.Logger, logging.LogRecord], None]
_inside: ContextVar[bool] = ContextVar("otel_distro_logging_bridge", default=False)


class LoggingBridge:
    """Emits one OpenTelemetry log record for each record of `logging`.

    Args:
        logger_provider: where records go; the global one by default.
        level: the lowest level that is taken, by name; all that the loggers let through by default.
        code_attributes: whether records carry file, function and line.
    """

    def __init__(
        self,
        *,
        logger_provider: LoggerProvider | None = None,
        level: str | None = None,
        code_attributes: bool = False,
    ) -> None:
        self._provider = logger_provider
        self._level = _level_number(level)
        self._code_attributes = code_attributes
        self._loggers: dict[str, Logger | None] = {}
        self._original: _CallHandlers | None = None

    def install(self) -> None:
        """Take records from now on."""
        original = self._original = logging.Logger.callHandlers

        def call_handlers(logger: logging.Logger, record: logging.LogRecord) -> None:
            self.take(record)
            original(logger, record)

        _replace_call_handlers(call_handlers)

    def uninstall(self) -> None:
        """Take no records any more."""
        if self._original is not None:
            _replace_call_handlers(self._original)
            self._original = None

    @failsafe
    def take(self, record: logging.LogRecord) -> None:
        """Emit a record, unless it is one that delivery caused or that the edge wrote already."""
        if record.levelno < self._level or _inside.get():
            return
        logger = self._logger_for(record.name)
        if logger is None or (record.exc_info and is_reported(record.exc_info[1])):
            return
        token = _inside.set(True)
        try:
            self._emit(logger, record)
        finally:
            _inside.reset(token)

    def _emit(self, logger: Logger, record: logging.LogRecord) -> None:
        attributes, event_name = attributes_of(record, code=self._code_attributes)
        logger.emit(
            timestamp=int(record.created * 1e9),
            context=get_current(),
            severity_number=std_to_otel(record.levelno),
            severity_text=severity_text(record),
            body=body_of(record),
            attributes=attributes,
            event_name=event_name,
        )
        if record.levelno >= logging.ERROR and record.exc_info and record.exc_info[1] is not None:
            mark_logged(record.exc_info[1])

    def _logger_for(self, name: str) -> Logger | None:
        try:
            return self._loggers[name]
        except KeyError:
            logger = None if _left_out(name) else get_logger(name, logger_provider=self._provider)
            self._loggers[name] = logger
            return logger


def _left_out(name: str) -> bool:
    return name in ACCESS_LOGGERS or name.partition(".")[0] in OWN_LOGGERS


def _replace_call_handlers(replacement: _CallHandlers) -> None:
    setattr(logging.Logger, "callHandlers", replacement)  # noqa: B010 - a method may not be assigned to


def _level_number(name: str | None) -> int:
    return logging.getLevelNamesMapping().get((name or "NOTSET").upper(), logging.NOTSET)
