"""Requests of httpx to a real server on loopback: spans, measurements, the trace carried on."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Span, SpanKind, StatusCode, format_span_id, format_trace_id

from otel_distro.instrumentation.httpx import DistroHTTPXClientInstrumentor
from otel_distro.settings import Settings

SECRET = "hunter2"
Instrument = Callable[..., None]


class _Recorded:
    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.tracer_provider = TracerProvider()
        self.tracer_provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.reader = InMemoryMetricReader()
        self.meter_provider = MeterProvider([self.reader])

    @property
    def spans(self) -> list[ReadableSpan]:
        return [span for span in self.exporter.get_finished_spans() if span.kind is SpanKind.CLIENT]

    @property
    def points(self) -> list[Any]:
        data = self.reader.get_metrics_data()
        return [
            point
            for resource in (data.resource_metrics if data else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == "http.client.request.duration"
            for point in metric.data.data_points
        ]


@pytest.fixture
def recorded() -> _Recorded:
    """Hold spans and measurements."""
    return _Recorded()


@pytest.fixture
def instrument(recorded: _Recorded, monkeypatch: pytest.MonkeyPatch) -> Iterator[Instrument]:
    """Instrument httpx with arguments of one's own."""
    monkeypatch.setattr(HTTPXClientInstrumentor, "_instance", None)
    monkeypatch.setattr(DistroHTTPXClientInstrumentor, "_instance", None)
    instrumentor = DistroHTTPXClientInstrumentor()

    def instrument(**arguments: Any) -> None:
        instrumentor.instrument(
            tracer_provider=recorded.tracer_provider, meter_provider=recorded.meter_provider, **arguments
        )

    yield instrument
    if instrumentor.is_instrumented_by_opentelemetry:
        instrumentor.uninstrument()


@pytest.fixture
def server() -> Iterator["_Server"]:
    """Serve on a free port of loopback."""
    server = _Server()
    yield server
    server.close()


class _Server:
    """Answers with the status that the path names, and keeps the headers that it got."""

    def __init__(self) -> None:
        self.headers: list[dict[str, str]] = []
        kept = self.headers

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                kept.append({name.lower(): value for name, value in self.headers.items()})
                self.send_response(int(self.path.split("?")[0].removeprefix("/")))
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.port = self._server.server_port
        self.url = f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


def _get(url: str) -> int:
    with httpx.Client(trust_env=False) as client:
        return client.get(url).status_code


def _get_async(url: str) -> int:
    async def get() -> int:
        async with httpx.AsyncClient(trust_env=False) as client:
            return (await client.get(url)).status_code

    return asyncio.run(get())


both = pytest.mark.parametrize("get", [_get, _get_async])


@both
def test_request_is_a_span_a_measurement_and_a_parent(
    instrument: Instrument, recorded: _Recorded, server: _Server, get: Callable[[str], int]
) -> None:
    """One client span by the stable conventions, one measurement that leads to it, and the trace goes on."""
    instrument()

    assert get(f"{server.url}/200?token={SECRET}") == 200

    (span,) = recorded.spans
    (point,) = recorded.points
    assert span.context is not None
    assert span.attributes == {
        "http.request.method": "GET",
        "url.full": f"{server.url}/200?token=REDACTED",
        "url.scheme": "http",
        "server.address": "127.0.0.1",
        "server.port": server.port,
        "http.response.status_code": 200,
        "network.protocol.version": "1.1",
    }
    assert (span.name, span.status.status_code) == ("GET", StatusCode.UNSET)
    assert point.attributes == {
        name: value for name, value in (span.attributes or {}).items() if name != "url.full"
    }
    assert (point.count, point.explicit_bounds[0]) == (1, 0.005)
    assert [exemplar.span_id for exemplar in point.exemplars] == [span.context.span_id]
    trace_id, span_id = format_trace_id(span.context.trace_id), format_span_id(span.context.span_id)
    assert server.headers[0]["traceparent"].startswith(f"00-{trace_id}-{span_id}-")


@both
def test_refusal_is_an_error_of_its_status(
    instrument: Instrument, recorded: _Recorded, server: _Server, get: Callable[[str], int]
) -> None:
    """An answer of 400 and above is an error of the client's span, and a series of its own."""
    instrument()

    get(f"{server.url}/404")
    get(f"{server.url}/503")

    assert [span.status.status_code for span in recorded.spans] == [StatusCode.ERROR] * 2
    assert {point.attributes["error.type"] for point in recorded.points} == {"404", "503"}


@both
def test_request_that_gets_no_answer_is_measured(
    instrument: Instrument, recorded: _Recorded, server: _Server, get: Callable[[str], int]
) -> None:
    """Contrib's measures no request that raises; the application gets its exception as it was."""
    server.close()
    instrument()

    with pytest.raises(httpx.ConnectError):
        get(f"http://ada:{SECRET}@127.0.0.1:{server.port}/200")

    (span,) = recorded.spans
    (point,) = recorded.points
    assert (span.attributes or {})["error.type"] == point.attributes["error.type"] == "ConnectError"
    assert "http.response.status_code" not in point.attributes
    assert SECRET not in span.to_json()


def test_cancelled_request_is_measured(instrument: Instrument, recorded: _Recorded) -> None:
    """A request that its task gives up ends its span as an error."""
    instrument()

    async def main(port: int) -> None:
        async with httpx.AsyncClient(trust_env=False) as client:
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1):
                    await client.get(f"http://127.0.0.1:{port}/")

    # Connections wait here for ever to be accepted.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        asyncio.run(main(silent.getsockname()[1]))

    (span,) = recorded.spans
    assert (span.attributes or {})["error.type"] == "CancelledError"
    assert recorded.points[0].attributes["error.type"] == "CancelledError"


@both
def test_suppressed_request_is_left_alone(
    instrument: Instrument, recorded: _Recorded, server: _Server, get: Callable[[str], int]
) -> None:
    """Under suppression nothing is recorded and no header is added."""
    instrument()

    with suppress_instrumentation():
        get(f"{server.url}/200")

    assert (recorded.spans, recorded.points) == ([], [])
    assert "traceparent" not in server.headers[0]


def test_headers_are_kept_where_the_operator_asks(
    instrument: Instrument, recorded: _Recorded, server: _Server
) -> None:
    """Of request and response; a credential's value never."""
    instrument(
        settings=Settings(
            captured_client_request_headers=("x-tenant", "authorization"),
            captured_client_response_headers=("content-length",),
        )
    )

    with httpx.Client(trust_env=False, headers={"x-tenant": "acme", "authorization": SECRET}) as client:
        client.get(f"{server.url}/200")

    attributes = recorded.spans[0].attributes or {}
    assert attributes["http.request.header.x_tenant"] == ("acme",)
    assert attributes["http.request.header.authorization"] == ("[REDACTED]",)
    assert attributes["http.response.header.content_length"] == ("0",)


def test_excluded_urls_are_left_alone(instrument: Instrument, recorded: _Recorded, server: _Server) -> None:
    """Nothing is recorded of them; what a query holds excludes nothing."""
    instrument(settings=Settings(excluded_httpx_urls=("/200$",)))

    _get(f"{server.url}/200")
    _get(f"{server.url}/204?next=/200")

    assert [(span.attributes or {})["http.response.status_code"] for span in recorded.spans] == [204]


def test_hooks_get_what_contribs_get(instrument: Instrument, server: _Server) -> None:
    """Span, request and response, in sync and async clients; one that raises costs nothing."""
    seen: list[object] = []

    def request_hook(span: Span, request: Any) -> None:
        seen.append(("sync", request.method, str(request.url)))

    async def async_response_hook(span: Span, request: Any, response: Any) -> None:
        seen.append(("async", response.status_code))
        raise RuntimeError("from the hook")

    instrument(request_hook=request_hook, async_response_hook=async_response_hook)
    _get(f"{server.url}/200")
    _get_async(f"{server.url}/204")

    assert seen == [("sync", b"GET", f"{server.url}/200"), ("async", 204)]


def test_contribs_instrumentor_is_ours(instrument: Instrument, recorded: _Recorded, server: _Server) -> None:
    """An application that instruments on its own gets no second span for each request."""
    instrument()
    HTTPXClientInstrumentor().instrument()

    _get(f"{server.url}/200")

    assert isinstance(HTTPXClientInstrumentor(), DistroHTTPXClientInstrumentor)
    assert len(recorded.spans) == 1
