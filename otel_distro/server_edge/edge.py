"""The ASGI edge: opens a server span for each request and hands it to its `Exchange`.

`instrumentation/fastapi.py` asks it for the way of each request through its application
(`passage.py`). Written against the OpenTelemetry API alone. Each request starts from an empty
context: under asyncio a keep-alive connection can hand the context of one request to the next,
which would merge their traces.
https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
"""

from random import getrandbits
from typing import Any

from opentelemetry import propagate
from opentelemetry.context import (
    _SUPPRESS_INSTRUMENTATION_KEY,  # pyright: ignore[reportPrivateUsage] - no public name for it
    Context,
    set_value,
)
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    get_current_span,
    set_span_in_context,
)

from otel_distro.failsafe import failsafe
from otel_distro.identity import UnrecordedSpan
from otel_distro.propagation import parse_trace_id, requested_trace_id
from otel_distro.server_edge.carrier import SCOPE_GETTER
from otel_distro.server_edge.exchange import Exchange, span_method
from otel_distro.server_edge.instruments import EdgeInstruments
from otel_distro.server_edge.messages import Receive, Send, WatchedMessages
from otel_distro.server_edge.options import EdgeOptions
from otel_distro.server_edge.passage import Passage, WatchedPassage
from otel_distro.server_edge.request_attributes import (
    AttributeValue,
    header,
    metric_attributes,
    span_attributes,
)

Scope = dict[str, Any]

_SERVED_HERE = "otel_distro.server_edge"
_FASTAPI_TELEMETRY = "fastapi.telemetry"


class ServerEdge:
    """Traces, measures and logs the requests of one ASGI application.

    Args:
        options: the choices in force.
        instruments: what is recorded with.
    """

    def __init__(self, options: EdgeOptions, instruments: EdgeInstruments) -> None:
        self._options = options
        self._instruments = instruments

    def passage(self, scope: Scope, receive: Receive, send: Send) -> Passage:
        """Begin a request.

        Args:
            scope: the ASGI scope; anything but HTTP and WebSockets passes untouched, and so does a
                request that an outer application of this edge serves already.
            receive: from the server.
            send: to the server.
        """
        served = scope["type"] in ("http", "websocket") and _SERVED_HERE not in scope
        exchange = self._begin(scope) if served else None
        if exchange is None:
            return Passage(receive, send)
        return WatchedPassage(exchange, WatchedMessages(exchange, self._options, receive, send))

    @failsafe
    def _begin(self, scope: Scope) -> Exchange:
        scope[_SERVED_HERE] = True
        # With the key present FastAPI's own telemetry steps aside, whatever its configuration.
        scope.setdefault(_FASTAPI_TELEMETRY, None)
        bounded = metric_attributes(scope, self._options.known_methods)
        attributes = span_attributes(scope, bounded)
        parent = propagate.extract(scope, context=Context(), getter=SCOPE_GETTER)
        traced = not self._options.exclusion.covers(scope.get("path", ""))
        span = (
            self._open_span(scope, parent, bounded, attributes) if traced else self._unsampled(scope, parent)
        )
        context = set_span_in_context(span, parent)
        if not traced:
            context = set_value(_SUPPRESS_INSTRUMENTATION_KEY, True, context)
        return Exchange(
            self._options, self._instruments, scope, span, context, bounded, attributes, traced=traced
        )

    def _open_span(
        self,
        scope: Scope,
        parent: Context,
        bounded: dict[str, AttributeValue],
        attributes: dict[str, AttributeValue],
    ) -> Span:
        with requested_trace_id(self._requested(scope, parent)):
            span = self._instruments.tracer.start_span(
                span_method(bounded), context=parent, kind=SpanKind.SERVER, attributes=attributes
            )
        if not span.is_recording():
            span = UnrecordedSpan(span.get_span_context())
        span.set_attributes(self._options.header_capture.of_request(scope.get("headers", ())))
        for hook in self._options.server_request_hooks:
            hook(span, scope)
        return span

    def _unsampled(self, scope: Scope, parent: Context) -> Span:
        """Return a span that nothing below it is recorded under, in any process that honours it."""
        above = get_current_span(parent).get_span_context()
        trace_id = above.trace_id or self._requested(scope, parent) or getrandbits(128) or 1
        return NonRecordingSpan(SpanContext(trace_id, above.span_id or getrandbits(64) or 1, is_remote=False))

    def _requested(self, scope: Scope, parent: Context) -> int:
        if not self._options.trace_id_header or get_current_span(parent).get_span_context().is_valid:
            return 0
        value = header(scope, self._options.trace_id_header)
        return parse_trace_id(value) if value else 0
