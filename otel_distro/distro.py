"""What the launcher loads first: puts the settings in force, and chooses the instrumentations.

`opentelemetry-instrument` calls `configure`, then the configurator, then `load_instrumentor` once
for each instrumentation that is installed.
https://opentelemetry.io/docs/languages/python/distro/
"""

import logging
from importlib.metadata import EntryPoint
from typing import Any

from opentelemetry.instrumentation.distro import BaseDistro

from otel_distro import settings
from otel_distro.delivery.stderr import write_line
from otel_distro.instrumentation.catalogue import create_instrumentor
from otel_distro.sentry.reporting import ServerRequestHook, configure_sentry
from otel_distro.settings import Settings

_logger = logging.getLogger(__name__)


class OtelDistro(BaseDistro):
    """The distribution, as the launcher sees it."""

    _settings: Settings = Settings()
    _error_hook: ServerRequestHook | None = None

    def _configure(self, **_kwargs: Any) -> None:
        self._settings = settings.in_force()
        settings.export_environment()
        for problem in self._settings.problems:
            write_line(problem)
        if self._settings.fastapi_auto_configure:
            _logger.warning(
                "FASTAPI_OTEL_AUTO_CONFIGURE is set aside: with it every span would be sent twice"
            )
        if not self._settings.sdk_disabled:
            self._error_hook = _configure_error_reporting(self._settings)

    def load_instrumentor(self, entry_point: EntryPoint, **kwargs: Any) -> None:
        """Instrument one library, with our instrumentation where there is one.

        Args:
            entry_point: of the group `opentelemetry_instrumentor`.
            kwargs: for the instrumentor's `instrument`.
        """
        if self._settings.sdk_disabled:
            return
        instrumentor, arguments = create_instrumentor(entry_point, self._settings, self._error_hook)
        instrumentor.instrument(**arguments, **kwargs)


def _configure_error_reporting(in_force: Settings) -> ServerRequestHook | None:
    if in_force.sentry_dsn is None:
        return None
    return configure_sentry(
        dsn=in_force.sentry_dsn,
        environment=in_force.sentry_environment,
        release=in_force.sentry_release,
        service_name=in_force.service_name or "unknown_service",
    )
