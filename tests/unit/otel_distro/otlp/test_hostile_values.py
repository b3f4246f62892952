"""Whatever value is handed over, encoding succeeds, and the good neighbours arrive."""

import time
from typing import Any

import pytest
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
from opentelemetry.trace import Link, SpanContext, Status, StatusCode, TraceFlags

from otel_distro.otlp.batch import EncodedBatch
from otel_distro.otlp.logs import encode_log_records
from otel_distro.otlp.metrics import encode_metrics
from otel_distro.otlp.spans import encode_spans
from tests.unit.otel_distro.otlp.hostile import VALUES

RESOURCE = Resource({"service.name": "shop"})
SCOPE = InstrumentationScope("shop")
CONTEXT = SpanContext(1, 2, is_remote=False, trace_flags=TraceFlags(1))
LONGEST = 1.0
"""Seconds of the processor: far above what the bounds allow, far below what an unbounded value takes."""

each_value = pytest.mark.parametrize("make", VALUES.values(), ids=VALUES.keys())


def span(**arguments: Any) -> ReadableSpan:
    """Return a finished span."""
    whole = {"name": "good", "context": CONTEXT, "resource": RESOURCE, "instrumentation_scope": SCOPE}
    return ReadableSpan(**{**whole, **arguments})


def record(**arguments: Any) -> ReadableLogRecord:
    """Return a log record."""
    return ReadableLogRecord(LogRecord(**{"body": "good", **arguments}), RESOURCE, SCOPE)


def metric(*points: NumberDataPoint, **arguments: Any) -> MetricsData:
    """Return a counter with given data points."""
    data = Sum(points, AggregationTemporality.CUMULATIVE, is_monotonic=True)
    whole = Metric(**{"name": "good", "description": "", "unit": "", "data": data, **arguments})
    return MetricsData([ResourceMetrics(RESOURCE, [ScopeMetrics(SCOPE, [whole], "")], "")])


def point(value: Any = 1, attributes: Any = None) -> NumberDataPoint:
    """Return a data point."""
    return NumberDataPoint(attributes, 1, 2, value)


def spans_in(batch: EncodedBatch) -> Any:
    """Return the decoded spans."""
    return ExportTraceServiceRequest.FromString(batch.payload).resource_spans[0].scope_spans[0].spans


def records_in(batch: EncodedBatch) -> Any:
    """Return the decoded log records."""
    return ExportLogsServiceRequest.FromString(batch.payload).resource_logs[0].scope_logs[0].log_records


def points_in(batch: EncodedBatch) -> Any:
    """Return the decoded data points of the one metric."""
    request = ExportMetricsServiceRequest.FromString(batch.payload)
    return request.resource_metrics[0].scope_metrics[0].metrics[0].sum.data_points


@each_value
def test_span(make: Any) -> None:
    """A span with the value everywhere keeps its good attribute, event and link, and so do others."""
    bad = make()
    attributes = {"before": "good", "bad": bad, "after": "good"}
    hostile = span(
        name=bad,
        attributes=attributes,
        events=[Event("good"), Event(bad, attributes, 1), Event("good")],
        links=[Link(CONTEXT, attributes)],
        status=Status(StatusCode.ERROR, "a\ud800"),
        start_time=bad,
        end_time=bad,
        kind=bad,
    )
    started = time.thread_time()

    batch = encode_spans([span(), hostile, span()])

    assert time.thread_time() - started < LONGEST
    assert (batch.items, batch.dropped) == (3, 0)
    spans = spans_in(batch)
    assert [spans[0].name, spans[2].name] == ["good", "good"]
    for attributed in (spans[1], spans[1].events[1], spans[1].links[0]):
        assert [entry.key for entry in attributed.attributes] == ["before", "bad", "after"]
        assert attributed.attributes[2].value.string_value == "good"
    assert [spans[1].events[0].name, spans[1].events[2].name] == ["good", "good"]
    assert spans[1].status.message == "a�"


@each_value
def test_log_record(make: Any) -> None:
    """A record with the value everywhere keeps its good attributes, and its neighbours arrive."""
    bad = make()
    hostile = record(
        timestamp=bad,
        observed_timestamp=bad,
        severity_text=bad,
        severity_number=bad,
        body=bad,
        attributes={"before": "good", "bad": bad, "after": "good"},
        event_name=bad,
    )
    started = time.thread_time()

    batch = encode_log_records([record(), hostile, record()])

    assert time.thread_time() - started < LONGEST
    assert (batch.items, batch.dropped) == (3, 0)
    records = records_in(batch)
    assert [records[0].body.string_value, records[2].body.string_value] == ["good", "good"]
    assert [entry.key for entry in records[1].attributes] == ["before", "bad", "after"]


@each_value
def test_data_point(make: Any) -> None:
    """A data point whose value is no number is dropped and counted; its neighbours arrive."""
    bad = make()
    points = [point(), point(bad), point(attributes={"bad": bad, "after": "good"}), point()]
    started = time.thread_time()

    batch = encode_metrics(metric(*points, name=bad, description=bad, unit=bad))

    assert time.thread_time() - started < LONGEST
    assert batch.items + batch.dropped == 4
    kept = points_in(batch)
    assert len(kept) == batch.items >= 3
    assert [kept[0].as_int, kept[-1].as_int] == [1, 1]
    assert kept[-2].attributes[1].value.string_value == "good"


@pytest.mark.parametrize("name", sorted(VALUES.keys() - {"bomb"}))
def test_resource(name: str) -> None:
    """A resource that holds the value as it is encodes too; the SDK could not even make the bomb's."""
    resource = Resource({})
    vars(resource)["_attributes"] = {"bad": VALUES[name](), "after": "good"}

    batch = encode_spans([span(resource=resource)])

    group = ExportTraceServiceRequest.FromString(batch.payload).resource_spans[0]
    assert [entry.key for entry in group.resource.attributes] == ["bad", "after"]
    assert batch.items == 1


@pytest.mark.parametrize("garbage", [None, 5, "text", object(), [], {}])
def test_garbage_items(garbage: Any) -> None:
    """What is no span, no record, no metric at all is dropped and counted."""
    spans = encode_spans([span(), garbage, span()])
    records = encode_log_records([record(), garbage, record()])
    metrics = encode_metrics(garbage)

    assert (spans.items, spans.dropped) == (2, 1)
    assert (records.items, records.dropped) == (2, 1)
    assert (metrics.items, metrics.payload) == (0, b"")


@pytest.mark.parametrize("context", [None, SpanContext(2**128, 1, is_remote=False), "text"])
def test_span_without_ids(context: Any) -> None:
    """A span that cannot be identified is dropped and counted."""
    batch = encode_spans([span(), span(context=context)])

    assert (batch.items, batch.dropped) == (1, 1)


@pytest.mark.parametrize("attribute", ["attributes", "events", "links", "status"])
def test_span_with_broken_parts(attribute: str) -> None:
    """A span of which a part cannot be read at all keeps its identity."""
    batch = encode_spans([span(**{attribute: 5})])

    (found,) = spans_in(batch)
    assert (found.name, found.span_id) == ("good", b"\0\0\0\0\0\0\0\x02")
    assert batch.replaced >= 1
    assert batch.dropped == 0


def test_record_with_broken_ids() -> None:
    """A record whose ids are none arrives without them."""
    broken = record()
    broken.log_record.trace_id = -1

    batch = encode_log_records([broken])

    (found,) = records_in(batch)
    assert (found.body.string_value, found.trace_id) == ("good", b"")
    assert batch.replaced == 1


@pytest.mark.parametrize(("value", "sent"), [(2**70, float(2**70)), (-(2**2000), -1.7976931348623157e308)])
def test_sums_beyond_64_bits(value: int, sent: float) -> None:
    """A sum that has grown beyond 64 bits is sent as the nearest float, and counted."""
    batch = encode_metrics(metric(point(value)))

    assert points_in(batch)[0].as_double == sent
    assert (batch.items, batch.replaced, batch.dropped) == (1, 1, 0)
