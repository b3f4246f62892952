"""The server edge: one SERVER span a request, right in every way that a request can go."""

import asyncio
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor
from opentelemetry.trace import StatusCode

from otel_distro.instrumentation.fastapi import DistroFastAPIInstrumentor

DURATION = "http.server.request.duration"


async def request(application: FastAPI, path: str) -> None:
    """Send one request."""
    transport = httpx.ASGITransport(application)
    async with httpx.AsyncClient(transport=transport, base_url="http://crm.example") as client:
        await client.get(path)


async def converse(application: FastAPI, path: str, text: str) -> list[Any]:
    """Open a WebSocket, send one text, and return what the application sent."""
    received = [{"type": "websocket.connect"}, {"type": "websocket.receive", "text": text}]
    sent: list[Any] = []

    async def receive() -> Any:
        return received.pop(0) if received else {"type": "websocket.disconnect", "code": 1000}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": path, "headers": [], "scheme": "ws", "query_string": b""}
    await application(scope, receive, send)
    return sent


def test_request_leaves_one_server_span_in_stable_names(telemetry: Any, instrument: Any, get: Any) -> None:
    """An ordinary request becomes one span, with the attributes of the stable conventions."""
    instrument()

    response = get("/v1/items/7?token=secret&page=2", headers={"user-agent": "test/1"})

    assert response.status_code == 200
    (span,) = telemetry.spans
    assert span.name == "GET /v1/items/{item_id}"
    assert dict(span.attributes) == {
        "http.request.method": "GET",
        "url.scheme": "http",
        "network.protocol.version": "1.1",
        "url.path": "/v1/items/7",
        "url.query": "token=REDACTED&page=REDACTED",
        "server.address": "crm.example",
        "server.port": 80,
        "client.address": "127.0.0.1",
        "user_agent.original": "test/1",
        "http.response.status_code": 200,
        "http.route": "/v1/items/{item_id}",
    }
    assert span.parent is None
    assert span.status.status_code is StatusCode.UNSET


@pytest.mark.parametrize(
    ("path", "route"),
    [
        ("/v2/items/7", "/v2/items/{item_id}"),
        ("/sub/acme/things/7", "/sub/{tenant}/things/{item_id}"),
        ("/trace", "/trace"),
    ],
)
def test_route_is_the_whole_template(
    telemetry: Any, instrument: Any, get: Any, path: str, route: str
) -> None:
    """Included routers and mounted applications give their whole path, and a mount one span."""
    instrument()

    get(path)

    (span,) = telemetry.spans
    assert span.attributes["http.route"] == route
    assert [point.attributes["http.route"] for point in telemetry.points(DURATION)] == [route]


def test_unknown_path_has_no_route(telemetry: Any, instrument: Any, get: Any) -> None:
    """A 404 is named by its method alone, so that callers cannot make series."""
    instrument()

    for number in range(5):
        get(f"/nowhere/{number}", headers={"host": f"host-{number}"})

    assert {span.name for span in telemetry.spans} == {"GET"}
    (point,) = telemetry.points(DURATION)
    assert point.count == 5
    assert "http.route" not in point.attributes


def test_unknown_methods_share_one_series(telemetry: Any, instrument: Any, get: Any) -> None:
    """Methods that nobody knows become `_OTHER` (traps: Metrics 5)."""
    instrument()

    for number in range(5):
        get("/trace", method=f"M{number}")

    (point,) = telemetry.points(DURATION)
    assert point.attributes["http.request.method"] == "_OTHER"
    assert telemetry.spans[0].attributes["http.request.method_original"] == "M0"


def test_unhandled_exception_is_recorded_once(telemetry: Any, instrument: Any, get: Any) -> None:
    """An exception marks the span, and leaves one event and one ERROR record with its ids."""
    instrument()

    response = get("/broken")

    assert response.status_code == 500
    (span,) = telemetry.spans
    assert span.status.status_code is StatusCode.ERROR
    assert span.attributes["error.type"] == "ValueError"
    assert span.attributes["http.response.status_code"] == 500
    assert [event.name for event in span.events] == ["exception"]
    (error,) = [record for record in telemetry.records if record.severity_text == "ERROR"]
    assert (error.trace_id, error.span_id) == (span.context.trace_id, span.context.span_id)
    assert error.attributes["exception.type"] == "ValueError"
    assert error.attributes["exception.message"] == "no such luck"
    assert "broken" in error.attributes["exception.stacktrace"]
    (point,) = telemetry.points(DURATION)
    assert point.attributes["error.type"] == "ValueError"


def test_exception_that_cannot_be_shown_loses_nothing(telemetry: Any, instrument: Any, get: Any) -> None:
    """Where `__str__` raises, the answer stays a 500 and span, measurement and record arrive."""
    instrument()

    response = get("/unspeakable")

    assert response.status_code == 500
    assert [span.attributes["http.route"] for span in telemetry.spans] == ["/unspeakable"]
    assert [point.count for point in telemetry.points(DURATION)] == [1]
    assert [record.event_name for record in telemetry.records][-1] == "http.server.request.completed"


def test_answered_5xx_is_an_error_without_exception(telemetry: Any, instrument: Any, get: Any) -> None:
    """A 503 that the application chose has the status code for its error type."""
    instrument()

    get("/v1/items/0")

    (span,) = telemetry.spans
    assert span.attributes["error.type"] == "503"
    assert not span.events


def test_failure_in_mid_stream_is_no_success(telemetry: Any, instrument: Any, get: Any) -> None:
    """A stream that breaks after a 200 is an error, recorded once (traps: Traces 3)."""
    instrument()

    get("/stream")

    (span,) = telemetry.spans
    assert span.attributes["http.response.status_code"] == 200
    assert span.attributes["error.type"] == "RuntimeError"
    assert len(span.events) == 1
    (point,) = telemetry.points(DURATION)
    assert point.attributes["error.type"] == "RuntimeError"


def test_background_task_is_not_waiting_time(telemetry: Any, instrument: Any, get: Any) -> None:
    """Duration and span end with the response, not with a task after it (traps: Metrics 2)."""
    instrument()

    get("/background")

    (point,) = telemetry.points(DURATION)
    (span,) = telemetry.spans
    assert point.sum < 0.2
    assert span.end_time - span.start_time < 200_000_000


def test_failing_background_task_leaves_an_error_record(telemetry: Any, instrument: Any, get: Any) -> None:
    """What fails after the response is still logged under the request's ids."""
    instrument()

    get("/failing-background")

    (span,) = telemetry.spans
    (error,) = [record for record in telemetry.records if record.severity_text == "ERROR"]
    assert span.status.status_code is StatusCode.UNSET
    assert error.span_id == span.context.span_id


def test_duration_has_an_exemplar(telemetry: Any, instrument: Any, get: Any) -> None:
    """The measurement leads to the trace."""
    instrument()

    get("/trace")

    (point,) = telemetry.points(DURATION)
    assert [exemplar.trace_id for exemplar in point.exemplars] == [telemetry.spans[0].context.trace_id]


def test_active_requests_return_to_zero(telemetry: Any, instrument: Any, get: Any) -> None:
    """Whatever happens to requests, none stays counted."""
    instrument(excluded_urls="trace")

    for path in ("/trace", "/broken", "/stream", "/nowhere"):
        get(path)

    assert [point.value for point in telemetry.points("http.server.active_requests")] == [0]


def test_websocket_is_one_span(telemetry: Any, instrument: Any, application: FastAPI) -> None:
    """A connection is one SERVER span, and its messages are none (traps: Traces 1)."""
    instrument()

    sent = asyncio.run(converse(application, "/socket", "hello"))

    assert [message["type"] for message in sent] == ["websocket.accept", "websocket.send", "websocket.close"]

    (span,) = telemetry.spans
    assert span.name == "GET /socket"
    assert span.attributes["http.response.status_code"] == 101
    assert span.attributes["network.protocol.name"] == "websocket"
    assert span.status.status_code is StatusCode.UNSET


def test_parent_is_the_callers(telemetry: Any, instrument: Any, get: Any) -> None:
    """A `traceparent` is continued."""
    instrument()
    trace_id, span_id = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"

    get("/trace", headers={"traceparent": f"00-{trace_id}-{span_id}-01"})

    (span,) = telemetry.spans
    assert f"{span.context.trace_id:032x}" == trace_id
    assert f"{span.parent.span_id:016x}" == span_id


def test_requests_in_one_context_keep_their_own_traces(telemetry: Any, instrument: Any, get: Any) -> None:
    """A request that starts in another's context is no part of its trace (traps: Traces 2)."""
    instrument()

    with telemetry.tracer_provider.get_tracer("test").start_as_current_span("another request"):
        get("/trace")

    (span,) = telemetry.server_spans
    assert span.parent is None


def test_excluded_path_is_measured_but_not_traced(telemetry: Any, instrument: Any, get: Any) -> None:
    """Nothing below an excluded request becomes a root trace, and its metrics stay (traps: Traces 7)."""
    instrument(excluded_urls="health,trace")

    response = get("/trace")

    assert response.status_code == 200
    assert not telemetry.spans
    assert [point.count for point in telemetry.points(DURATION)] == [1]


def test_host_header_excludes_nothing(telemetry: Any, instrument: Any, get: Any) -> None:
    """`Host: health` hides no request (traps: Security 1)."""
    instrument(excluded_urls="health")

    get("/trace", headers={"host": "health"})

    assert len(telemetry.spans) == 1


def test_hooks_hold_and_cannot_harm(telemetry: Any, instrument: Any, get: Any) -> None:
    """Contrib's hooks are called; one that raises changes nothing, a name that one set stays."""
    seen: list[str] = []

    def on_request(span: Any, scope: Any) -> None:
        span.update_name("mine")
        seen.append(scope["path"])

    def on_message(_span: Any, _scope: Any, message: Any) -> None:
        seen.append(message["type"])
        raise RuntimeError("hook")

    instrument(server_request_hook=on_request, client_response_hook=on_message)

    response = get("/trace")

    assert response.status_code == 200
    assert seen == ["/trace", "http.response.start", "http.response.body"]
    assert telemetry.spans[0].name == "mine"


def test_captured_headers_become_attributes(telemetry: Any, instrument: Any, get: Any) -> None:
    """Chosen headers are kept, credentials only by name."""
    instrument(
        http_capture_headers_server_request=["x-tenant", "authorization"],
        http_capture_headers_server_response=["content-type"],
    )

    get("/trace", headers={"x-tenant": "acme", "authorization": "Bearer secret"})

    attributes = telemetry.spans[0].attributes
    assert attributes["http.request.header.x_tenant"] == ("acme",)
    assert attributes["http.request.header.authorization"] == ("[REDACTED]",)
    assert attributes["http.response.header.content_type"] == ("application/json",)


def test_contribs_own_call_adds_no_second_span(telemetry: Any, instrument: Any) -> None:
    """An application that calls contrib's `instrument_app` itself still has one SERVER span."""
    instrument()
    app = FastAPI()
    FastAPIInstrumentor.instrument_app(app, tracer_provider=telemetry.tracer_provider)

    asyncio.run(request(app, "/openapi.json"))

    assert len(telemetry.spans) == 1


def test_uninstrumented_application_is_as_before(telemetry: Any, instrument: Any, get: Any) -> None:
    """After `uninstrument` nothing of the edge is left."""
    instrument()
    DistroFastAPIInstrumentor().uninstrument()

    response = get("/trace")

    assert "x-trace-id" not in response.headers
    assert not telemetry.spans
