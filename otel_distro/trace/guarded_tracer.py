"""The SDK's tracer provider and tracer, safe to call with anything.

`guards.py` has the SDK's configurator make this provider. Its tracers are the SDK's own objects with
a guarded class.
https://opentelemetry.io/docs/specs/otel/error-handling/
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from opentelemetry.sdk.trace import (
    Tracer,
    TracerProvider,
)
from opentelemetry.trace import (
    INVALID_SPAN,
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    get_current_span,
)
from opentelemetry.trace import Tracer as ApiTracer

from otel_distro.failsafe import failsafe
from otel_distro.otlp.surface import Surface, is_plain_text
from otel_distro.trace.guarded_span import GuardedSpan

_NO_LINKS: Final = ()
_MOST_LINKS: Final = 1024


class GuardedTracerProvider(TracerProvider):
    """A tracer provider whose tracers and spans no argument breaks.

    Args:
        surface: makes arguments safe.
        arguments: the SDK's.
    """

    def __init__(self, surface: Surface, **arguments: Any) -> None:
        self._surface = surface
        super().__init__(**arguments)

    def get_tracer(
        self,
        instrumenting_module_name: Any,
        instrumenting_library_version: Any = None,
        schema_url: Any = None,
        attributes: Any = None,
    ) -> ApiTracer:
        """Return the tracer of an instrumentation scope."""
        scope = self._surface.scope(
            instrumenting_module_name, instrumenting_library_version, schema_url, attributes
        )
        tracer = super().get_tracer(*scope)
        if type(tracer) is Tracer:
            tracer.__class__ = GuardedTracer
            vars(tracer)["surface"] = self._surface
        return tracer


class GuardedTracer(Tracer):
    """A tracer that starts a span whatever it is given."""

    surface: Surface

    def start_span(
        self,
        name: Any,
        context: Any = None,
        kind: Any = SpanKind.INTERNAL,
        attributes: Any = None,
        links: Any = _NO_LINKS,
        start_time: Any = None,
        record_exception: bool = True,
        set_status_on_exception: bool = True,
    ) -> Span:
        """Start a span; where even that fails, return one that records nothing and hands on its parent."""
        surface, most = self.surface, self._span_limits.max_span_attributes
        span = self._start(
            name if is_plain_text(name) else surface.text(name),
            context if context is None else surface.instance(context, dict, None),
            kind if type(kind) is SpanKind else surface.instance(kind, SpanKind, SpanKind.INTERNAL),
            surface.attributes(attributes, most),
            links if links is None or links is _NO_LINKS else self._safe_links(links),
            start_time if start_time is None else surface.time(start_time),
            record_exception,
            set_status_on_exception,
        )
        if type(span) is GuardedSpan:
            span.surface = surface
        return self._stand_in(context) or INVALID_SPAN if span is None else span

    @failsafe
    def _start(self, *arguments: Any) -> Span:
        return super().start_span(*arguments)

    @failsafe
    def _stand_in(self, context: Any) -> Span:
        self.surface.refuse()
        return NonRecordingSpan(get_current_span(context).get_span_context())

    @failsafe
    def _safe_links(self, links: Any) -> list[Link]:
        return list(self._links_of(links))

    def _links_of(self, links: Any) -> Iterator[Link]:
        most = self._span_limits.max_link_attributes
        for link in islice(links, _MOST_LINKS):
            if not issubclass(type(link), Link) or not issubclass(type(link.context), SpanContext):
                self.surface.refuse()
            else:
                yield Link(link.context, self.surface.attributes(link.attributes, most))
