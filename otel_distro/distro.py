"""What the launcher loads first: puts the settings in force, and chooses the instrumentations.

`opentelemetry-instrument` calls `configure`, then the configurator, then `load_instrumentor` once
for each instrumentation that is installed.
https://opentelemetry.io/docs/languages/python/distro/
"""

import sys
from dataclasses import replace
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from opentelemetry.instrumentation.distro import BaseDistro

from otel_distro import settings
from otel_distro.delivery.stderr import write_line
from otel_distro.failsafe import failsafe
from otel_distro.hidden_sitecustomize import run_hidden_sitecustomize
from otel_distro.instrumentation.catalogue import create_instrumentor
from otel_distro.instrumentation.outcomes import outcomes
from otel_distro.launch_report import is_wanted, report
from otel_distro.processes.current import current_lifecycle
from otel_distro.processes.role import is_resource_tracker
from otel_distro.sentry.reporting import ServerRequestHook, configure_sentry
from otel_distro.settings import Settings
from otel_distro.variables.masking import masked


class OtelDistro(BaseDistro):
    """The distribution, as the launcher sees it."""

    _settings: Settings = Settings()
    _error_hook: ServerRequestHook | None = None
    _tried: dict[str, str] | None = None
    _imported_before: frozenset[str] = frozenset()

    def _configure(self, **_kwargs: Any) -> None:
        self._tried, self._imported_before = {}, frozenset(sys.modules)
        run_hidden_sitecustomize()
        self._settings = settings.in_force()
        if is_resource_tracker():
            self._settings = replace(self._settings, sdk_disabled=True)
            return
        settings.export_environment()
        for problem in self._settings.problems:
            write_line(problem)
        if not self._settings.sdk_disabled:
            self._error_hook = _configure_error_reporting(self._settings)

    def load_instrumentor(self, entry_point: EntryPoint, **kwargs: Any) -> None:
        """Instrument one library, with our instrumentation where there is one.

        A failure is said in one line; the libraries after it are instrumented all the same.

        Args:
            entry_point: of the group `opentelemetry_instrumentor`.
            kwargs: for the instrumentor's `instrument`.
        """
        if self._settings.sdk_disabled or self._tried is None:
            return
        try:
            instrumentor, arguments = create_instrumentor(entry_point, self._settings, self._error_hook)
            instrumentor.instrument(**arguments, **kwargs)
        except Exception as error:  # noqa: BLE001 - whatever a third party's instrumentation raises
            self._tried[entry_point.name] = _failure(entry_point.name, error)
        else:
            self._tried[entry_point.name] = ""

    @failsafe
    def report_launch(self) -> None:
        """Have it said what is instrumented and what is not, where anybody reads it."""
        if self._tried is None or self._settings.sdk_disabled or not is_wanted(self._settings):
            return
        found = entry_points(group="opentelemetry_instrumentor")
        disabled = self._settings.disabled_instrumentations or ()
        say = partial(report, self._settings, outcomes(found, self._tried, disabled, self._imported_before))
        lifecycle = current_lifecycle()
        if lifecycle:
            lifecycle.announce(say)
        else:
            # Another configurator is chosen: what it makes of this process is not known.
            say(True)


def report_launch() -> None:
    """Say what is instrumented; upstream's launcher calls it after the last instrumentation."""
    OtelDistro().report_launch()


def _failure(library: str, error: Exception) -> str:
    """Say why a library is not instrumented; the next one has its turn all the same."""
    if isinstance(error, ModuleNotFoundError):
        return f"not instrumented: {f'{error.name} is not installed' if error.name else error}"
    text = f"not instrumented: {type(error).__name__}: {masked(str(error))}"
    write_line(f"{library} is {text}")
    return text


def _configure_error_reporting(in_force: Settings) -> ServerRequestHook | None:
    if in_force.sentry_dsn is None:
        return None
    return configure_sentry(
        dsn=in_force.sentry_dsn,
        environment=in_force.sentry_environment,
        release=in_force.sentry_release,
        service_name=in_force.service_name or "unknown_service",
        profiles_rate=in_force.sentry_profiles_rate,
    )
