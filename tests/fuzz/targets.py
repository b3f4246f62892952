"""What is fuzzed: a target takes any bytes, and raises where a promise does not hold.

`python -m tests.fuzz` runs them with coverage's guidance, `tests/unit/otel_distro/test_fuzz.py` for a
short time in every test run.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from opentelemetry._logs import LogRecord
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    Metric,
    MetricsData,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, Status, StatusCode

from otel_distro.delivery.answer import LONGEST_DELAY, retry_after, retry_delay, retry_delay_of_status
from otel_distro.delivery.frames import MAGIC, encode_frame
from otel_distro.delivery.http_answer import judge
from otel_distro.delivery.outcome import Outcome, Retryable
from otel_distro.delivery.segment import Segment
from otel_distro.otlp.logs import encode_log_records
from otel_distro.otlp.metrics import encode_metrics
from otel_distro.otlp.spans import encode_spans
from otel_distro.otlp.split import split
from otel_distro.variables.sent_headers import sent_headers
from tests.fuzz.source import Source

_RESOURCE = Resource({"service.name": "fuzzed"})
_SCOPE = InstrumentationScope("fuzzed")
_CONTEXT = SpanContext(1, 2, is_remote=False)
_STATUSES = (200, 202, 204, 301, 307, 400, 401, 404, 413, 415, 429, 500, 502, 503, 504, 599)
_KINDS = ("application/x-protobuf", "application/json", "text/html; charset=utf-8", "", "x/y")


def encoder(data: bytes) -> None:
    """Encode an item full of the fuzzer's values between two good ones, which arrive; of each signal."""
    source = Source(data)
    _spans(source)
    _log_records(source)
    _data_points(source)


def _spans(source: Source) -> None:
    good = {"name": "good", "context": _CONTEXT, "resource": _RESOURCE, "instrumentation_scope": _SCOPE}
    hostile: dict[str, Any] = {
        **good,
        "name": source.value(),
        "attributes": source.attributes(),
        "events": [Event(source.value(), source.attributes(), source.value())],
        "links": [Link(_CONTEXT, source.attributes())],
        "status": Status(StatusCode.ERROR, source.text()),
        "start_time": source.value(),
        "end_time": source.value(),
    }
    whole: dict[str, Any] = {**good}
    batch = encode_spans([ReadableSpan(**whole), ReadableSpan(**hostile), ReadableSpan(**whole)])
    spans = ExportTraceServiceRequest.FromString(batch.payload).resource_spans[0].scope_spans[0].spans
    assert (batch.items, batch.dropped) == (3, 0)
    assert [spans[0].name, spans[2].name] == ["good", "good"]
    assert sum(_span_count(half) for half in split(batch.payload, "traces")) == 3


def _span_count(payload: bytes) -> int:
    groups = ExportTraceServiceRequest.FromString(payload).resource_spans
    return sum(len(scope.spans) for group in groups for scope in group.scope_spans)


def _log_records(source: Source) -> None:
    good = ReadableLogRecord(LogRecord(body="good"), _RESOURCE, _SCOPE)
    fields = ("timestamp", "severity_text", "severity_number", "body", "event_name")
    hostile: dict[str, Any] = {name: source.value() for name in fields}
    record = LogRecord(**hostile, attributes=source.attributes())
    batch = encode_log_records([good, ReadableLogRecord(record, _RESOURCE, _SCOPE), good])
    records = ExportLogsServiceRequest.FromString(batch.payload).resource_logs[0].scope_logs[0].log_records
    assert (batch.items, batch.dropped) == (3, 0)
    assert [records[0].body.string_value, records[2].body.string_value] == ["good", "good"]


def _data_points(source: Source) -> None:
    good = NumberDataPoint({"good": "yes"}, 1, 2, 7)
    hostile = NumberDataPoint(source.attributes(), source.value(), source.value(), source.value())
    data = Sum([good, hostile, good], AggregationTemporality.CUMULATIVE, is_monotonic=True)
    metric = Metric(source.value(), source.value(), source.value(), data)
    scopes = [ScopeMetrics(_SCOPE, [metric], "")]
    batch = encode_metrics(MetricsData([ResourceMetrics(_RESOURCE, scopes, "")]))
    request = ExportMetricsServiceRequest.FromString(batch.payload)
    points = request.resource_metrics[0].scope_metrics[0].metrics[0].sum.data_points
    assert batch.items + batch.dropped == 3
    assert [points[0].as_int, points[-1].as_int] == [7, 7]


def spool(data: bytes) -> None:
    """Read a segment that begins well and goes on with the fuzzer's bytes: what was written is read."""
    with tempfile.TemporaryDirectory(prefix="otel-distro-fuzz-") as directory:
        path = Path(directory, "segment")
        path.write_bytes(data)
        _read(path)
        path.write_bytes(MAGIC + encode_frame(b"first", 3) + data)
        assert _read(path)[:1] == [(b"first", 3)]


def _read(path: Path) -> list[tuple[bytes | None, int]]:
    segment = Segment.found(path, "token")
    read = [(payload, frame.items) for frame, payload in segment.take(10**6, 10**6)]
    segment.close()
    return read


def answer(data: bytes) -> None:
    """Judge an HTTP answer made of the fuzzer's bytes: it has one meaning, and a delay within bounds."""
    source = Source(data)
    status = _STATUSES[source.below(len(_STATUSES))]
    headers = {
        "Content-Type": _KINDS[source.below(len(_KINDS))],
        "Retry-After": source.take(source.below(40)).decode("latin-1"),
    }
    body = source.take(source.below(256))
    outcome: object = judge(status, headers, body)
    assert isinstance(outcome, Outcome)
    if isinstance(outcome, Retryable):
        _check_delay(outcome.delay)
    for delay in (retry_after(headers["Retry-After"]), retry_delay(body), retry_delay_of_status(body)):
        _check_delay(delay)


def _check_delay(delay: float | None) -> None:
    assert delay is None or 0 <= delay <= LONGEST_DELAY


def header_list(data: bytes) -> None:
    """Parse a list of headers: names that are usable, or an error that repeats nothing of the values."""
    text = data.decode("utf-8", "replace")
    secret = f"authorization=Bearer%20hunter2,{text}"
    try:
        found = sent_headers(secret)
    except ValueError as error:
        if "hunter2" in str(error):
            raise AssertionError("the error repeats a value") from error
    else:
        assert found["authorization"] == "Bearer hunter2" or "authorization" in text
        assert all(name and name == name.strip() for name in found)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "encoder": encoder,
    "spool": spool,
    "answer": answer,
    "header_list": header_list,
}
