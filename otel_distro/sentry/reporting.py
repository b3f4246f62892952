"""Sets up Sentry's SDK to report errors and profiles, and nothing else, beside OpenTelemetry.

Sentry's own tracing stays off, as the trace is OpenTelemetry's; its propagator and exporter are
not installed. `distro.py` calls this where `SENTRY_DSN` is set: without it, the SDK is not even
imported.
https://docs.sentry.io/platforms/python/configuration/options/
"""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from opentelemetry.trace import Span

if TYPE_CHECKING:
    from sentry_sdk.integrations import Integration

ServerRequestHook = Callable[[Span, Any], None]

SHUTDOWN_SECONDS = 2.0
"""How long a process that ends waits for Sentry to take its last events."""

_TEXT_LIMIT = 8192
_OWN_LOGGERS = ("opentelemetry", "opentelemetry.*", "otel_distro", "otel_distro.*")

_logger = logging.getLogger(__name__)


def configure_sentry(
    *,
    dsn: str,
    environment: str | None,
    release: str | None,
    service_name: str,
    profiles_rate: float = 0.0,
) -> ServerRequestHook | None:
    """Report this process's errors to Sentry.

    Args:
        dsn: where to; never shown.
        environment: on each event; Sentry's default (`production`) where there is none.
        release: on each event; Sentry looks for one itself where there is none.
        service_name: on each event as the tag `service.name`.
        profiles_rate: the share of processes, from 0 to 1, that are profiled from start to end.

    Returns:
        A server request hook, to be called with each request's span and scope when it begins, so
        that unhandled errors get the trace's ids; `None` where Sentry could not be set up, which
        one warning says: the application runs on without.
    """
    import sentry_sdk
    from sentry_sdk.utils import BadDsn, Dsn

    from otel_distro.sentry.profiling import profiled
    from otel_distro.sentry.trace_link import configure_trace_link, remember_server_span

    try:
        Dsn(dsn)
    except (BadDsn, ValueError):
        _logger.warning("SENTRY_DSN is no DSN (its value is not shown); errors are not sent to Sentry")
        return None
    configure_trace_link()
    # An application that set Sentry up itself keeps its settings.
    if sentry_sdk.is_initialized():
        return remember_server_span
    _initialize(dsn, environment, release, profiles_rate)
    sentry_sdk.get_global_scope().set_tag("service.name", service_name)
    return profiled(remember_server_span) if profiles_rate else remember_server_span


def flush_sentry(seconds: float) -> None:
    """Wait until Sentry has taken what was reported, where Sentry is set up.

    Args:
        seconds: the most to wait.
    """
    import sentry_sdk

    sentry_sdk.flush(timeout=seconds)


def _initialize(dsn: str, environment: str | None, release: str | None, profiles_rate: float) -> None:
    import sentry_sdk
    from sentry_sdk.integrations.argv import ArgvIntegration
    from sentry_sdk.integrations.logging import ignore_logger
    from sentry_sdk.integrations.modules import ModulesIntegration
    from sentry_sdk.integrations.stdlib import StdlibIntegration
    from sentry_sdk.scrubber import EventScrubber

    from otel_distro.sentry.event import before_send
    from otel_distro.sentry.privacy import before_breadcrumb
    from otel_distro.sentry.profiling import profiling_options
    from otel_distro.sentry.transport import TellingTransport

    # What is told of telemetry's own trouble is for the operator's eyes, and may come in floods.
    for name in _OWN_LOGGERS:
        ignore_logger(name)
    sentry_sdk.init(
        dsn=dsn,
        environment=environment,
        release=release,
        integrations=_integrations(),
        auto_enabling_integrations=False,
        # Arguments may hold secrets; subprocesses and outgoing requests are OpenTelemetry's.
        disabled_integrations=[ArgvIntegration, ModulesIntegration, StdlibIntegration],
        auto_session_tracking=False,
        enable_backpressure_handling=False,
        propagate_traces=False,
        transport=TellingTransport,
        shutdown_timeout=SHUTDOWN_SECONDS,
        max_request_body_size="never",
        max_value_length=_TEXT_LIMIT,
        include_local_variables=False,
        event_scrubber=EventScrubber(recursive=True),
        before_send=before_send,
        before_breadcrumb=before_breadcrumb,
        # Otherwise Sentry raises an application's error on without its cause.
        _experiments={"suppress_asgi_chained_exceptions": False},
        **profiling_options(profiles_rate),
    )


def _integrations() -> "list[Integration]":
    from sentry_sdk.integrations.atexit import AtexitIntegration
    from sentry_sdk.integrations.logging import LoggingIntegration

    integrations: list[Integration] = [
        AtexitIntegration(callback=_wait_in_silence),
        LoggingIntegration(event_level=logging.ERROR, sentry_logs_level=None),
    ]
    return [*integrations, *_web_integrations()]


def _web_integrations() -> "list[Integration]":
    from sentry_sdk.integrations import DidNotEnable

    try:
        from sentry_sdk.integrations.fastapi import FastApiIntegration
        from sentry_sdk.integrations.starlette import StarletteIntegration
    except DidNotEnable:
        # A process without FastAPI serves no requests.
        return []
    return [
        StarletteIntegration(http_methods_to_capture=()),
        FastApiIntegration(http_methods_to_capture=()),
    ]


def _wait_in_silence(_pending: int, _seconds: float) -> None:
    """Print nothing while the last events are sent, as Sentry's own callback would."""
