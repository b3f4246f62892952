"""The real Collector forwards to Sentry's OTLP path, with the key, the share of traces that is asked for."""

import time
from collections.abc import Callable
from pathlib import Path
from random import Random

import httpx
import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from stack.build.binaries import Binaries
from stack.components.collector import collector
from stack.running import running
from stack.settings import Settings
from stack.terminal import Terminal
from tests.integration.collector.sentry_stub import PUBLIC_KEY, SentryStub

TRACES = 400
SPANS_OF_A_TRACE = 3
LINE = "booking created"

Forward = Callable[..., SentryStub]


@pytest.fixture
def forward(tmp_path: Path, binaries: Binaries, terminal: Terminal) -> Forward:
    """Send traces and a log record through a Collector, and return the Sentry that it forwards to."""

    def run(key: str = PUBLIC_KEY, **variables: str) -> SentryStub:
        with SentryStub() as sentry:
            environ = {"SENTRY_OTLP_ENDPOINT": sentry.endpoint, "SENTRY_OTLP_PUBLIC_KEY": key, **variables}
            settings = Settings.from_environ(environ, "full")
            own = Settings.on_free_ports(tmp_path, "full", collector_environ=settings.collector_environ)
            with running(own, [collector(own, binaries)], terminal):
                send(own.ports.otlp_http)
                wait_for_rest(sentry)
        return sentry

    return run


def send(port: int) -> None:
    """Send the spans of each trace in requests of their own, and a log record last."""
    ids = Random(7)
    trace_ids = [ids.randbytes(16) for _ in range(TRACES)]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/v1") as client:
        for _ in range(SPANS_OF_A_TRACE):
            post(client, "traces", spans(trace_ids, ids))
        record = ExportLogsServiceRequest()
        record.resource_logs.add().scope_logs.add().log_records.add().body.string_value = LINE
        post(client, "logs", record.SerializeToString())


def spans(trace_ids: list[bytes], ids: Random) -> bytes:
    """Return a request with one span of every trace."""
    request = ExportTraceServiceRequest()
    scope = request.resource_spans.add().scope_spans.add()
    for trace_id in trace_ids:
        scope.spans.add(trace_id=trace_id, span_id=ids.randbytes(8), name="work")
    return request.SerializeToString()


def post(client: httpx.Client, signal: str, body: bytes) -> None:
    """Send one request of OTLP."""
    headers = {"content-type": "application/x-protobuf"}
    client.post(f"/{signal}", content=body, headers=headers).raise_for_status()


def wait_for_rest(sentry: SentryStub) -> None:
    """Return when something has come to Sentry, and nothing more for a second."""
    deadline = time.monotonic() + 20
    while not (sentry.lines or sentry.refused):
        assert time.monotonic() < deadline, "nothing was forwarded"
        time.sleep(0.1)
    before = -1
    while before != (before := sentry.spans.total()):
        time.sleep(1)


@pytest.mark.parametrize(("rate", "least", "most"), [("0", 0, 0), ("0.5", 140, 260), ("1", TRACES, TRACES)])
def test_rate_is_the_share_of_whole_traces(forward: Forward, rate: str, least: int, most: int) -> None:
    """None, about half or all, and each with every span, though they came in requests apart."""
    sentry = forward(SENTRY_TRACES_SAMPLE_RATE=rate)

    assert least <= len(sentry.spans) <= most
    assert set(sentry.spans.values()) <= {SPANS_OF_A_TRACE}
    assert sentry.lines == [LINE]
    assert sentry.refused == 0


def test_a_tenth_is_forwarded_by_default(forward: Forward) -> None:
    """Nobody has to choose."""
    assert 10 <= len(forward().spans) <= 80


def test_a_bad_rate_forwards_no_trace(forward: Forward) -> None:
    """The Collector starts all the same, and logs are forwarded."""
    sentry = forward(SENTRY_TRACES_SAMPLE_RATE="lots")

    assert not sentry.spans
    assert sentry.lines == [LINE]


def test_without_the_key_nothing_is_taken(forward: Forward) -> None:
    """Sentry answers 401, and the stub does."""
    sentry = forward(key="another", SENTRY_TRACES_SAMPLE_RATE="1")

    assert sentry.refused > 0
    assert not sentry.spans
    assert not sentry.lines
