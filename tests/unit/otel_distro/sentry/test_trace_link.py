"""Sentry's events carry the ids of the OpenTelemetry trace they belong to."""

import asyncio
from collections.abc import Iterator

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, Sampler
from opentelemetry.trace import INVALID_SPAN, Span, format_span_id, format_trace_id
from sentry_sdk.scope import get_external_propagation_context, remove_external_propagation_context

from otel_distro.sentry.trace_link import configure_trace_link, remember_server_span


@pytest.fixture(autouse=True)
def _linked() -> Iterator[None]:
    """Link Sentry to OpenTelemetry for one test."""
    configure_trace_link()
    yield
    remove_external_propagation_context()


def _ids(span: Span) -> tuple[str, str]:
    context = span.get_span_context()
    return format_trace_id(context.trace_id), format_span_id(context.span_id)


@pytest.mark.parametrize("sampler", [ALWAYS_ON, ALWAYS_OFF])
def test_current_span(sampler: Sampler) -> None:
    """Within a span, sampled or not, its ids are the event's."""
    tracer = TracerProvider(sampler=sampler).get_tracer("test")

    with tracer.start_as_current_span("job") as span:
        assert get_external_propagation_context() == _ids(span)


def test_no_span() -> None:
    """Outside of any span Sentry makes ids of its own."""
    assert get_external_propagation_context() is None


def test_inner_span_comes_before_the_server_span() -> None:
    """An error within an inner span belongs to it."""

    async def request() -> None:
        tracer = TracerProvider().get_tracer("test")
        with tracer.start_as_current_span("server") as server:
            remember_server_span(server, {})
            with tracer.start_as_current_span("inner") as inner:
                assert get_external_propagation_context() == _ids(inner)

    asyncio.run(request())


@pytest.mark.parametrize("sampler", [ALWAYS_ON, ALWAYS_OFF])
def test_server_span_that_has_ended(sampler: Sampler) -> None:
    """What a request's task reports after its server span is still the request's."""

    async def request() -> None:
        tracer = TracerProvider(sampler=sampler).get_tracer("test")

        async def served() -> Span:
            with tracer.start_as_current_span("server") as server:
                remember_server_span(server, {})
            return server

        server = await served()
        assert get_external_propagation_context() == _ids(server)

    asyncio.run(request())


def test_other_task_in_the_same_context() -> None:
    """A request that a server starts in an earlier one's context does not get that one's ids."""

    async def connection() -> None:
        with TracerProvider().get_tracer("test").start_as_current_span("server") as server:
            remember_server_span(server, {})

        async def next_request() -> object:
            return get_external_propagation_context()

        assert await asyncio.create_task(next_request()) is None

    asyncio.run(connection())


def test_invalid_span_and_thread_are_ignored() -> None:
    """Where there is no task, or no real span, nothing is remembered."""
    remember_server_span(TracerProvider().get_tracer("test").start_span("thread"), {})

    async def request() -> None:
        remember_server_span(INVALID_SPAN, {})
        assert get_external_propagation_context() is None

    asyncio.run(request())
    assert get_external_propagation_context() is None
