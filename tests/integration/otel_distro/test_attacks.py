"""What a caller sends can neither lose telemetry, nor make series without end, nor fill a log.

(reliability: row 11; traps: Metrics 1 and 5.)
"""

import http.client
import random
import string
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.integration.otel_distro.otlp_sink import OtlpSink, attributes
from tests.integration.otel_distro.test_zoo import points

ROOT = str(Path(__file__).parents[3])
DURATION = "http.server.request.duration"
UNSAMPLED = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"


@pytest.fixture
def victim(run_application: Any) -> Any:
    """Run the zoo's application; a caller sees nothing of its zoo."""
    return run_application("app", directory="zoo", PYTHONPATH=ROOT)


@pytest.fixture
def connection(victim: Any) -> Iterator[http.client.HTTPConnection]:
    """Connect to it with a client that sends what it is told."""
    with connected(victim) as opened:
        yield opened


@contextmanager
def connected(application: Any) -> Iterator[http.client.HTTPConnection]:
    """Connect to an application, for a block."""
    opened = http.client.HTTPConnection(application.url.removeprefix("http://"), timeout=30)
    try:
        yield opened
    finally:
        opened.close()


def send(connection: http.client.HTTPConnection, method: str, *headers: tuple[str, Any]) -> int:
    """Send a request with these headers alone, and return the status."""
    connection.putrequest(method, "/up", skip_host=True, skip_accept_encoding=True)
    for name, value in headers:
        connection.putheader(name, value)
    connection.endheaders()
    response = connection.getresponse()
    response.read()
    return response.status


def server_spans(sink: OtlpSink) -> list[Any]:
    """Return the spans of requests."""
    return [span for span in sink.spans if span.kind == Span.SPAN_KIND_SERVER]


def said(application: Any) -> list[str]:
    """Return what OpenTelemetry and we wrote to the application's standard error."""
    return [line for line in application.stderr.splitlines() if "otel" in line or "opentelemetry" in line]


def test_lone_surrogates_lose_nothing(victim: Any, otlp_sink: OtlpSink) -> None:
    """A body that is logged and ends in an exception arrives each time, with all its neighbours."""
    body = {"content": b'{"user": "\\ud800"}', "headers": {"content-type": "application/json"}}
    with httpx.Client(base_url=victim.url) as client:
        statuses = {client.post("/users", **body).status_code for _ in range(200)}
    victim.stop()

    assert statuses == {200}
    records = Counter(record.body.string_value for record in otlp_sink.records)
    assert [records[text] for text in ("user �", "rejected", "neighbour")] == [200] * 3
    checks = [span for span in otlp_sink.spans if span.name == "check"]
    assert len(checks) == 200
    assert {attributes(span)["user"] for span in checks} == {"�"}
    assert {span.status.message for span in checks} == {"ValueError: �"}
    assert len([span for span in server_spans(otlp_sink) if span.name == "POST /users"]) == 200


def test_hostile_headers_change_nothing(
    victim: Any, connection: http.client.HTTPConnection, otlp_sink: OtlpSink
) -> None:
    """Headers of any kind are answered as ever, and each request is traced."""
    hostile: list[tuple[str, Any]] = [
        ("traceparent", "x" * 30_000),
        ("traceparent", "00-" + "0" * 32 + "-" + "0" * 16 + "-01"),
        ("tracestate", ",".join(f"k{number}=v" for number in range(1_000))),
        ("tracestate", b"\xff\xfe=\xfd"),
        ("x-trace-id", b"\xff" * 32),
        ("x-trace-id", "' OR 1=1 --"),
        ("user-agent", b"\xc3\x28" * 4_000),
        ("host", b"\xff\xff:99999"),
        ("host", "[::1"),
        ("x-forwarded-for", "a," * 5_000),
        ("content-length", "0"),
        ("baggage", b"\xff=\xff"),
    ]

    statuses = [send(connection, "GET", header) for header in hostile]
    victim.stop()

    assert statuses == [200] * len(hostile)
    served = [span for span in server_spans(otlp_sink) if span.name == "GET /up"]
    assert len(served) >= len(hostile)
    assert sum(point.count for point in points(otlp_sink, DURATION)) == len(served)


def test_bad_baggage_is_one_line_a_kind(
    victim: Any, connection: http.client.HTTPConnection, otlp_sink: OtlpSink
) -> None:
    """60 kB of baggage, and 4,000 bad members, many times over: a few short lines, nothing lost."""
    bad = [("baggage", "k=" + "x" * 60_000), ("baggage", "a," * 4_000), ("baggage", "a=b," * 1_900)]

    statuses = {send(connection, "GET", header) for _ in range(20) for header in bad}
    victim.stop()

    assert statuses == {200}
    assert len([span for span in server_spans(otlp_sink) if span.name == "GET /up"]) >= 60
    lines = said(victim)
    assert 1 <= len(lines) <= 6
    assert max(map(len, lines)) < 500


def test_hosts_and_methods_make_no_series(run_application: Any, otlp_sink: OtlpSink) -> None:
    """3,000 hosts and 1,000 invented methods are counted in a few series, and all are counted."""
    # uvicorn's other parser refuses invented methods before the application sees them.
    victim = run_application("app", directory="zoo", PYTHONPATH=ROOT, UVICORN_HTTP="h11")
    letters = random.Random(4)
    with connected(victim) as connection:
        for number in range(3_000):
            send(connection, "GET", ("host", f"host-{number}.example"))
        for _ in range(1_000):
            method = "".join(letters.choices(string.ascii_uppercase, k=8))
            assert send(connection, method, ("host", "localhost")) == 405
    victim.stop()

    measured = points(otlp_sink, DURATION)
    assert sum(point.count for point in measured) == len(server_spans(otlp_sink)) >= 4_000
    assert len(measured) <= 5
    methods = {attributes(point)["http.request.method"] for point in measured}
    assert methods == {"GET", "_OTHER"}


@pytest.mark.parametrize("sampler", ["", "always_on"])
def test_unsampled_callers_are_counted(run_application: Any, otlp_sink: OtlpSink, sampler: str) -> None:
    """A caller that says `-00` is not traced, unless the sampler heeds no caller; it is counted anyway."""
    victim = run_application("app", directory="zoo", PYTHONPATH=ROOT, OTEL_TRACES_SAMPLER=sampler)
    for _ in range(5):
        httpx.get(f"{victim.url}/up", headers={"traceparent": UNSAMPLED})
    victim.stop()

    trace_id = bytes.fromhex(UNSAMPLED.split("-")[1])
    traced = [span for span in server_spans(otlp_sink) if span.trace_id == trace_id]
    records = [record for record in otlp_sink.records if record.trace_id == trace_id]
    assert len(traced) == (5 if sampler else 0)
    assert [record.event_name for record in records] == ["http.server.request.completed"] * 5
    assert sum(point.count for point in points(otlp_sink, DURATION)) >= 6
