"""An event and its span lead to each other, and the event says whose request it was."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext, use_span

from otel_distro.identity import UnrecordedSpan
from otel_distro.sentry.event import EVENT_ID_ATTRIBUTE, before_send
from otel_distro.sentry.trace_link import remember_server_span

EVENT_ID = "a" * 32


@pytest.fixture
def provider() -> Iterator[TracerProvider]:
    """Make spans that record and go nowhere."""
    provider = TracerProvider()
    yield provider
    provider.shutdown()


def event(**parts: Any) -> dict[str, Any]:
    """Return an event as Sentry makes it."""
    return {"event_id": EVENT_ID, "tags": {"service.name": "api"}, **parts}


def attributes(span: Span) -> dict[str, Any]:
    """Return a span's attributes."""
    assert isinstance(span, ReadableSpan)
    return dict(span.attributes or {})


def in_request(server: Span, work: Any) -> Any:
    """Do something while a request with this server span is served."""

    async def request() -> Any:
        with use_span(server):
            remember_server_span(server, {})
            return await work()

    return asyncio.run(request())


def test_span_and_event_lead_to_each_other_from_below(provider: TracerProvider) -> None:
    """In a thread, below an inner span: the tenant is the server span's, the id is on the inner one."""
    tracer = provider.get_tracer("test")
    server = tracer.start_span("server", attributes={"tenant.id": "acme", "enduser.pseudo.id": "u-1"})

    async def work() -> tuple[Any, Span]:
        with tracer.start_as_current_span("inner") as inner:
            return await asyncio.to_thread(before_send, event(), {}), inner

    sent, inner = in_request(server, work)

    assert sent["tags"] == {"service.name": "api", "tenant": "acme"}
    assert sent["user"] == {"id": "u-1"}
    assert attributes(inner) == {EVENT_ID_ATTRIBUTE: EVENT_ID}
    assert EVENT_ID_ATTRIBUTE not in attributes(server)


def test_an_ended_span_is_left_alone(provider: TracerProvider, caplog: pytest.LogCaptureFixture) -> None:
    """An error that is reported late still says whose it is, and the SDK has nothing to complain of."""
    server = provider.get_tracer("test").start_span("server", attributes={"tenant.id": "acme"})

    async def work() -> Any:
        server.end()
        return before_send(event(), {})

    assert in_request(server, work)["tags"]["tenant"] == "acme"
    assert EVENT_ID_ATTRIBUTE not in attributes(server)
    assert not caplog.records


def test_a_request_that_is_not_sampled_has_a_tenant_all_the_same() -> None:
    """What the application says on such a span is remembered, tenant and user alone."""
    server = UnrecordedSpan(SpanContext(trace_id=1, span_id=2, is_remote=False))
    server.set_attributes({"tenant.id": "acme", "card": "4111"})

    async def work() -> Any:
        return before_send(event(), {})

    assert in_request(server, work)["tags"]["tenant"] == "acme"
    assert server.attributes == {"tenant.id": "acme"}
    assert not server.is_recording()


def test_another_requests_tenant_is_never_taken(provider: TracerProvider) -> None:
    """A task that inherited the context of an earlier request, within a trace of its own, has no tenant."""
    server = provider.get_tracer("test").start_span("server", attributes={"tenant.id": "acme"})
    other = NonRecordingSpan(SpanContext(trace_id=1, span_id=2, is_remote=False))

    async def later() -> Any:
        with use_span(other):
            return before_send(event(), {})

    async def work() -> Any:
        return await asyncio.create_task(later())

    assert in_request(server, work)["tags"] == {"service.name": "api"}


def test_a_log_record_names_the_tenant_of_a_job() -> None:
    """In a worker there is no server span; what the record carries is taken."""
    sent = before_send(event(extra={"tenant.id": "acme"}), {})

    assert sent["tags"]["tenant"] == "acme"
    assert "user" not in sent


@pytest.mark.parametrize(
    ("transaction", "source", "route"),
    [
        ("/bookings/{id}", "route", "/bookings/{id}"),
        ("/bookings/17", "url", None),
        ("generic FastAPI request", "route", None),
        (None, None, None),
    ],
)
def test_route_is_the_template(transaction: str | None, source: str | None, route: str | None) -> None:
    """A path with its values in it would be a tag of its own for each request."""
    sent = before_send(event(transaction=transaction, transaction_info={"source": source}), {})

    assert sent["tags"].get("route") == route


def test_a_pseudonym_that_is_an_address_is_filtered(provider: TracerProvider) -> None:
    """An application that gives an e-mail address for a pseudonym tells Sentry nothing."""
    span = provider.get_tracer("test").start_span("job", attributes={"enduser.pseudo.id": "ada@example.com"})

    with use_span(span):
        sent = before_send(event(), {})

    assert sent["user"] == {"id": "[Filtered]"}
