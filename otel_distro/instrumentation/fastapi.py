"""Puts the server edge around FastAPI applications, in the place of contrib's middleware.

A subclass of contrib's instrumentor, so that its settings and hooks hold. The class's own methods
are replaced and not the name `fastapi.FastAPI`, so an application that imported the name earlier,
or that exists already, is served as well.
https://opentelemetry-python-contrib.readthedocs.io/en/latest/instrumentation/fastapi/fastapi.html
"""

import asyncio
import functools
import logging
import weakref
from collections.abc import Iterable
from typing import Any, ClassVar

import fastapi
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from starlette.requests import ClientDisconnect
from starlette.websockets import WebSocketDisconnect

from otel_distro.failsafe import failsafe
from otel_distro.instrumentation.edges import Edges
from otel_distro.instrumentation.route_templates import RouteTemplates
from otel_distro.server_edge.edge import ServerEdge
from otel_distro.server_edge.exclusion import PathExclusion
from otel_distro.server_edge.header_capture import HeaderCapture
from otel_distro.server_edge.instruments import create_instruments
from otel_distro.server_edge.options import EdgeOptions, MessageHook
from otel_distro.server_edge.passage import Passage
from otel_distro.settings import Settings

_logger = logging.getLogger(__name__)

_CONTRIB_MARK = "_is_instrumented_by_opentelemetry"
_TOLD = (
    "FastAPI(telemetry=…) is set aside: the server edge of otel-distro records this application. "
    "OTEL_PYTHON_DISABLED_INSTRUMENTATIONS=fastapi gives FastAPI's own telemetry the lead."
)


class DistroFastAPIInstrumentor(FastAPIInstrumentor):
    """Instruments FastAPI with one server span, one measurement and one access record a request.

    Args of `instrument`, all optional:
        settings: the distribution's.
        server_request_hook, client_request_hook, client_response_hook, excluded_urls,
        http_capture_headers_server_request, http_capture_headers_server_response,
        http_capture_headers_sanitize_fields, tracer_provider, meter_provider: as in contrib.
        exclude_spans: accepted; there are no spans for messages to exclude.
    """

    _edges: ClassVar[Edges] = Edges()
    _originals: ClassVar[tuple[Any, Any] | None] = None
    _arguments: ClassVar[dict[str, Any]] = {}

    def _instrument(self, **kwargs: Any) -> None:
        cls = DistroFastAPIInstrumentor
        cls._arguments = kwargs
        if cls._originals is None:
            cls._originals = (fastapi.FastAPI.__init__, fastapi.FastAPI.__call__)
            _replace_methods(*cls._originals)

    def _uninstrument(self, **kwargs: Any) -> None:
        cls = DistroFastAPIInstrumentor
        if cls._originals is not None:
            fastapi.FastAPI.__init__, fastapi.FastAPI.__call__ = cls._originals
            cls._originals = None
        cls._edges.clear()

    @staticmethod
    def instrument_app(  # pyright: ignore[reportIncompatibleMethodOverride] - contrib lists each argument
        app: fastapi.FastAPI, **kwargs: Any
    ) -> None:
        """Give one application arguments of its own, in the place of those of `instrument`."""
        cls = DistroFastAPIInstrumentor
        cls._edges.keep(app, _edge_or_none(app, {**cls._arguments, **kwargs}))

    @staticmethod
    def uninstrument_app(app: fastapi.FastAPI) -> None:
        """Serve one application without the edge from now on."""
        DistroFastAPIInstrumentor._edges.keep(app, _NO_EDGE)

    @classmethod
    def edge_of(cls, app: fastapi.FastAPI) -> ServerEdge:
        """Return the edge of an application, made at its first request."""
        return cls._edges.of(app) or cls._edges.keep(app, _edge_or_none(app, cls._arguments))


class _NoEdge(ServerEdge):
    """Lets every request through as it is."""

    def __init__(self) -> None:
        return

    def passage(self, scope: Any, receive: Any, send: Any) -> Passage:
        return Passage(receive, send)


_NO_EDGE = _NoEdge()


def create_edge(app: fastapi.FastAPI, *, settings: Settings | None = None, **kwargs: Any) -> ServerEdge:
    """Create the server edge of an application.

    Args:
        app: its routes name the spans.
        settings: the distribution's; the defaults where there are none.
        kwargs: those of `DistroFastAPIInstrumentor`; they win over the settings.
    """
    instruments = create_instruments(
        kwargs.get("tracer_provider"), kwargs.get("meter_provider"), kwargs.get("logger_provider")
    )
    return ServerEdge(_options(app, settings or Settings(), kwargs), instruments)


def _edge_or_none(app: fastapi.FastAPI, arguments: dict[str, Any]) -> ServerEdge:
    """Return the edge of an application, or one that does nothing where that cannot be made."""
    return failsafe(create_edge)(app, **arguments) or _NO_EDGE


def _options(app: fastapi.FastAPI, settings: Settings, kwargs: dict[str, Any]) -> EdgeOptions:
    hooks = [*kwargs.get("server_request_hooks", ()), kwargs.get("server_request_hook")]
    return EdgeOptions(
        route_of=_RouteFinder(app),
        exclusion=PathExclusion(_excluded(settings, kwargs.get("excluded_urls"))),
        header_capture=_header_capture(settings, kwargs),
        known_methods=frozenset(settings.known_methods),
        trace_id_header=_header_name(settings.trace_id_header),
        access_records=settings.access_records,
        disconnects=(ClientDisconnect, WebSocketDisconnect, asyncio.CancelledError),
        server_request_hooks=tuple(failsafe(hook) for hook in hooks if hook is not None),
        client_request_hook=_safe(kwargs.get("client_request_hook")),
        client_response_hook=_safe(kwargs.get("client_response_hook")),
    )


def _safe(hook: MessageHook | None) -> MessageHook | None:
    return None if hook is None else failsafe(hook)


def _excluded(settings: Settings, argument: str | None) -> Iterable[str]:
    if argument is not None:
        return [pattern.strip() for pattern in argument.split(",") if pattern.strip()]
    return settings.excluded_urls or settings.excluded_urls_anywhere or ()


def _header_capture(settings: Settings, kwargs: dict[str, Any]) -> HeaderCapture:
    def chosen(argument: str, setting: tuple[str, ...] | None) -> tuple[str, ...]:
        return tuple(kwargs.get(argument) or setting or ())

    return HeaderCapture(
        chosen("http_capture_headers_server_request", settings.captured_request_headers),
        chosen("http_capture_headers_server_response", settings.captured_response_headers),
        chosen("http_capture_headers_sanitize_fields", settings.sanitized_headers),
    )


def _header_name(name: str) -> bytes:
    return b"" if name.lower() == "none" else name.lower().encode("latin-1", "replace")


class _RouteFinder:
    """Finds route templates, and flattens the routes again when they have changed."""

    _MOST_FLATTENINGS = 16

    def __init__(self, app: fastapi.FastAPI) -> None:
        # Weak: edges are kept by application, and one that held it would keep both for ever.
        self._app = weakref.ref(app)
        self._templates: RouteTemplates | None = None
        self._flattenings = 0

    def __call__(self, scope: Any) -> str | None:
        if "endpoint" not in scope:
            return None
        template = self._templates.find(scope) if self._templates else None
        app = self._app()
        if template is None and app is not None and self._flattenings < self._MOST_FLATTENINGS:
            self._flattenings += 1
            self._templates = RouteTemplates(app.routes)
            template = self._templates.find(scope)
        return template


def _replace_methods(original_init: Any, original_call: Any) -> None:
    @functools.wraps(original_init)
    def __init__(self: fastapi.FastAPI, *args: Any, **kwargs: Any) -> None:  # noqa: N807
        if kwargs.get("telemetry"):
            kwargs["telemetry"] = _native_telemetry(kwargs["telemetry"])
        original_init(self, *args, **kwargs)
        # Contrib's `instrument_app` leaves an application with this mark alone, so that one that
        # an application calls itself adds no second server span.
        setattr(self, _CONTRIB_MARK, True)

    @functools.wraps(original_call)
    async def __call__(self: fastapi.FastAPI, scope: Any, receive: Any, send: Any) -> None:  # noqa: N807
        edge = DistroFastAPIInstrumentor.edge_of(self)
        with edge.passage(scope, receive, send) as (receive_, send_):
            await original_call(self, scope, receive_, send_)

    fastapi.FastAPI.__init__ = __init__
    fastapi.FastAPI.__call__ = __call__


def _native_telemetry(asked_for: Any) -> Any:
    if any(asked_for.get(signal, True) for signal in ("tracing", "metrics", "logs")):
        _logger.warning(_TOLD)
    # With it FastAPI adds exporters of its own to our providers, and everything is sent twice.
    return {**asked_for, "auto_configure": False}
