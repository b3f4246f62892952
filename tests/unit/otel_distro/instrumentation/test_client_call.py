"""A call to a database becomes one span, whatever hooks and span processors do."""

import functools

import pytest
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from otel_distro.instrumentation.client_call import NAME_LIMIT, create_tracer, run_hook, start_call
from otel_distro.version import VERSION


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    """Hold the finished spans."""
    return InMemorySpanExporter()


@pytest.fixture
def provider(exporter: InMemorySpanExporter) -> TracerProvider:
    """Send spans to the exporter."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    return provider


def test_call_becomes_a_client_span(provider: TracerProvider, exporter: InMemorySpanExporter) -> None:
    """A call that ends well leaves a client span with its attributes and no status."""
    call = start_call(create_tracer("scope", provider), "GET", {"db.operation.name": "GET"})
    assert call is not None

    call.end()

    (span,) = exporter.get_finished_spans()
    assert (span.name, span.kind, dict(span.attributes or {})) == (
        "GET",
        SpanKind.CLIENT,
        {"db.operation.name": "GET"},
    )
    assert span.status.status_code is StatusCode.UNSET
    assert span.instrumentation_scope is not None
    assert (span.instrumentation_scope.name, span.instrumentation_scope.version) == ("scope", VERSION)


def test_failed_call_has_error_type_status_and_no_event(
    provider: TracerProvider, exporter: InMemorySpanExporter
) -> None:
    """A failure is attributes and a status, never a span event."""
    call = start_call(create_tracer("scope", provider), "insert books", {})
    assert call is not None

    call.fail("11000", "11000", "DuplicateKey")
    call.end()

    (span,) = exporter.get_finished_spans()
    assert span.attributes == {"error.type": "11000", "db.response.status_code": "11000"}
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, "DuplicateKey")
    assert span.events == ()


def test_name_is_bounded(provider: TracerProvider, exporter: InMemorySpanExporter) -> None:
    """However long a name is asked for, the span's is short."""
    call = start_call(create_tracer("scope", provider), "x" * 5000, {})
    assert call is not None

    call.end()

    (span,) = exporter.get_finished_spans()
    assert len(span.name) == NAME_LIMIT


class _BrokenProcessor(SpanProcessor):
    def on_start(self, span: Span, parent_context: object = None) -> None:
        raise RuntimeError("on_start")

    def on_end(self, span: ReadableSpan) -> None:
        raise RuntimeError("on_end")


def test_broken_span_processor_raises_nothing() -> None:
    """A span processor that raises costs the span, not the application's command."""
    provider = TracerProvider()
    provider.add_span_processor(_BrokenProcessor())

    call = start_call(create_tracer("scope", provider), "GET", {})

    assert call is None


def test_hook_that_raises_goes_no_further() -> None:
    """What a hook raises is logged, also where the hook has no name of its own."""

    def hook(*_arguments: object) -> None:
        raise RuntimeError("from the hook")

    run_hook(hook, "span")
    run_hook(functools.partial(hook, "span"))
    run_hook(None, "span")
