"""Hands the records of the standard library's `logging` to OpenTelemetry.

A subclass of contrib's instrumentor, so that its variables hold, with two differences: the
application's format is never replaced, and no handler is put on the root logger (see
`logs/bridge.py` for the reasons).
https://opentelemetry.io/docs/specs/otel/logs/supplementary-guidelines/#how-to-create-a-log4j-log-appender
"""

from typing import Any

from opentelemetry.instrumentation.logging import (  # pyright: ignore[reportMissingTypeStubs]
    LoggingInstrumentor,
)

from otel_distro.logs.bridge import LoggingBridge
from otel_distro.settings import Settings


class DistroLoggingInstrumentor(LoggingInstrumentor):
    """Exports log records with the ids of the span they were written in.

    Args of `instrument`, all optional:
        settings: the distribution's.
        logger_provider: where records go; the global one by default.
        log_hook, tracer_provider: as in contrib.
    """

    _bridge: LoggingBridge | None = None

    def _instrument(self, **kwargs: Any) -> None:
        settings: Settings = kwargs.pop("settings", None) or Settings()
        kwargs["inject_trace_context"] = settings.log_correlation
        super()._instrument(  # pyright: ignore[reportUnknownMemberType] - upstream is untyped
            **kwargs, set_logging_format=False, enable_log_auto_instrumentation=False
        )
        if settings.log_records:
            self._bridge = LoggingBridge(
                logger_provider=kwargs.get("logger_provider"),
                level=settings.log_level,
                code_attributes=settings.log_code_attributes,
            )
            self._bridge.install()

    def _uninstrument(self, **kwargs: Any) -> None:
        if self._bridge is not None:
            self._bridge.uninstall()
            self._bridge = None
        super()._uninstrument(**kwargs)  # pyright: ignore[reportUnknownMemberType] - upstream is untyped
