"""A call to another server becomes one span and one measurement, whatever hooks and processors do."""

import asyncio
import functools

import pytest
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import SpanKind, StatusCode

from otel_distro.instrumentation.client_call import NAME_LIMIT, run_hook, run_hook_async, start_call
from otel_distro.instrumentation.client_instruments import ClientInstruments, create_database_instruments
from otel_distro.version import VERSION
from tests.unit.otel_distro.conftest import Telemetry

DURATION = "db.client.operation.duration"


@pytest.fixture
def instruments(telemetry: Telemetry) -> ClientInstruments:
    """Record into memory."""
    return create_database_instruments("scope", telemetry.tracer_provider, telemetry.meter_provider)


def test_call_becomes_a_client_span(instruments: ClientInstruments, telemetry: Telemetry) -> None:
    """A call that ends well leaves a client span with its attributes and no status."""
    call = start_call(instruments, "GET", {"db.operation.name": "GET"})
    assert call is not None

    call.end()

    (span,) = telemetry.spans
    assert (span.name, span.kind, dict(span.attributes or {})) == (
        "GET",
        SpanKind.CLIENT,
        {"db.operation.name": "GET"},
    )
    assert span.status.status_code is StatusCode.UNSET
    assert span.instrumentation_scope is not None
    assert (span.instrumentation_scope.name, span.instrumentation_scope.version) == ("scope", VERSION)


def test_call_is_measured_in_seconds_with_its_trace(
    instruments: ClientInstruments, telemetry: Telemetry
) -> None:
    """The measurement is as long as the span, leads to its trace, and has bounded attributes alone."""
    call = start_call(instruments, "GET", {"db.operation.name": "GET", "db.operation.batch.size": 7})
    assert call is not None

    call.end()

    (point,) = telemetry.points(DURATION)
    (span,) = telemetry.spans
    assert span.context is not None
    assert span.end_time is not None
    assert span.start_time is not None
    assert (point.count, point.attributes) == (1, {"db.operation.name": "GET"})
    assert point.sum == pytest.approx((span.end_time - span.start_time) / 1e9, abs=0.05)
    assert point.explicit_bounds == (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10)
    (exemplar,) = point.exemplars
    assert (exemplar.trace_id, exemplar.span_id) == (span.context.trace_id, span.context.span_id)


def test_unsampled_call_is_measured(telemetry: Telemetry) -> None:
    """Durations are those of all calls; what has no trace has no exemplar."""
    unsampled = TracerProvider(sampler=ALWAYS_OFF)
    call = start_call(create_database_instruments("scope", unsampled, telemetry.meter_provider), "GET", {})
    assert call is not None

    call.end()

    (point,) = telemetry.points(DURATION)
    assert (point.count, list(point.exemplars)) == (1, [])


def test_failed_call_has_error_type_status_and_no_event(
    instruments: ClientInstruments, telemetry: Telemetry
) -> None:
    """A failure is attributes and a status, never a span event; it is measured apart from successes."""
    call = start_call(instruments, "insert books", {})
    assert call is not None

    call.fail("11000", "11000", "DuplicateKey")
    call.end()

    (span,) = telemetry.spans
    assert span.attributes == {"error.type": "11000", "db.response.status_code": "11000"}
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, "DuplicateKey")
    assert span.events == ()
    assert telemetry.points(DURATION)[0].attributes == span.attributes


def test_name_is_bounded(instruments: ClientInstruments, telemetry: Telemetry) -> None:
    """However long a name is asked for, the span's is short."""
    call = start_call(instruments, "x" * 5000, {})
    assert call is not None

    call.end()

    (span,) = telemetry.spans
    assert len(span.name) == NAME_LIMIT


class _BrokenProcessor(SpanProcessor):
    def on_start(self, span: Span, parent_context: object = None) -> None:
        raise RuntimeError("on_start")

    def on_end(self, span: ReadableSpan) -> None:
        raise RuntimeError("on_end")


def test_broken_span_processor_raises_nothing(telemetry: Telemetry) -> None:
    """A span processor that raises costs the span, not the application's command."""
    provider = TracerProvider()
    provider.add_span_processor(_BrokenProcessor())

    call = start_call(create_database_instruments("scope", provider, telemetry.meter_provider), "GET", {})

    assert call is None


def test_hook_that_raises_goes_no_further() -> None:
    """What a hook raises is logged, also where the hook has no name of its own, or is awaited."""

    def hook(*_arguments: object) -> None:
        raise RuntimeError("from the hook")

    async def async_hook(*_arguments: object) -> None:
        raise RuntimeError("from the hook")

    run_hook(hook, "span")
    run_hook(functools.partial(hook, "span"))
    run_hook(None, "span")
    asyncio.run(run_hook_async(async_hook, "span"))
    asyncio.run(run_hook_async(None, "span"))
