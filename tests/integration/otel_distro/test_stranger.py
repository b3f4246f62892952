"""A FastAPI shop on Redis and MongoDB that is not ours: it works without a setting."""

import uuid
from typing import Any

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.integration.otel_distro.otlp_sink import OtlpSink, attributes


@pytest.fixture
def shop(run_application: Any, redis_server: str, mongodb_server: str) -> Any:
    """Run the shop of three files."""
    return run_application(
        "app", directory="stranger", REDIS_URL=redis_server, MONGODB_URI=f"{mongodb_server}/shop"
    )


def children(sink: OtlpSink, trace_id: str) -> list[tuple[str, str]]:
    """Return database system and name of the spans below the server span of a trace, in order."""
    spans = [span for span in sink.spans if span.trace_id.hex() == trace_id]
    (server,) = [span for span in spans if span.kind == Span.SPAN_KIND_SERVER]
    clients = [span for span in spans if span.kind == Span.SPAN_KIND_CLIENT]
    clients.sort(key=lambda span: span.start_time_unix_nano)
    assert {span.parent_span_id for span in clients} == {server.span_id}
    return [(attributes(span)["db.system.name"], span.name) for span in clients]


def test_commands_hang_below_their_request(shop: Any, otlp_sink: OtlpSink) -> None:
    """Each command of the asynchronous clients is a span of the request that sent it."""
    order = uuid.uuid4().hex

    created = httpx.post(f"{shop.url}/orders/{order}").headers["x-trace-id"]
    read = httpx.get(f"{shop.url}/orders/{order}").headers["x-trace-id"]
    shop.stop()

    assert children(otlp_sink, created) == [("mongodb", "insert orders"), ("redis", "DEL")]
    assert children(otlp_sink, read) == [("redis", "GET"), ("mongodb", "find orders"), ("redis", "SET")]


def test_synchronous_clients_in_a_thread_keep_the_parent(shop: Any, otlp_sink: OtlpSink) -> None:
    """FastAPI runs a plain function in a thread; its commands belong to the request all the same."""
    response = httpx.get(f"{shop.url}/count")
    shop.stop()

    assert response.status_code == 200
    names = children(otlp_sink, response.headers["x-trace-id"])
    assert ("redis", "SCAN") in names
    assert [name for system, name in names if system == "mongodb"] == ["aggregate orders"]
