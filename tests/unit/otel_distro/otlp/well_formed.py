"""Hypothesis strategies for what a well-behaved application makes the SDK hand to an exporter."""

from typing import Any

from hypothesis import strategies as st
from opentelemetry._logs import LogRecord, SeverityNumber
from opentelemetry.attributes import BoundedAttributes
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.metrics import Exemplar
from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    Buckets,
    ExponentialHistogram,
    ExponentialHistogramDataPoint,
    Gauge,
    Histogram,
    HistogramDataPoint,
    Metric,
    MetricsData,
    NumberDataPoint,
    ResourceMetrics,
    ScopeMetrics,
    Sum,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import Event, ReadableSpan
from opentelemetry.sdk.util import BoundedList
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import Link, SpanContext, SpanKind, Status, StatusCode, TraceFlags, TraceState

texts = st.text(max_size=40) | st.sampled_from(["GET", "/bookings/{id}", "x" * 300])
keys = st.sampled_from(["http.request.method", "user.id", "retries"]) | st.text(min_size=1, max_size=150)
int64s = st.integers(-(2**63), 2**63 - 1) | st.sampled_from([0, 1, -1, 127, 128, 2048, 2**63 - 1])
scalars = st.none() | st.booleans() | int64s | st.floats() | texts | st.binary(max_size=300)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=20,
)
attribute_sets = st.dictionaries(keys, values, max_size=8)
bounded_attributes = attribute_sets.flatmap(
    lambda attributes: st.builds(BoundedAttributes, st.none() | st.integers(1, 4), st.just(attributes))
)
attributes = st.none() | attribute_sets | bounded_attributes

times = st.integers(0, 2**64 - 1)
optional_times = st.none() | times
trace_ids = st.integers(0, 2**128 - 1)
span_ids = st.integers(0, 2**64 - 1)
trace_states = st.none() | st.builds(
    TraceState, st.lists(st.tuples(st.sampled_from(["a", "b@c"]), st.sampled_from(["1", "x y"])), max_size=2)
)
span_contexts = st.builds(
    SpanContext,
    trace_ids,
    span_ids,
    st.booleans(),
    st.builds(TraceFlags, st.integers(0, 3)),
    trace_states,
)
resources = st.builds(Resource, attribute_sets, st.none() | texts)
scopes = st.builds(InstrumentationScope, texts, st.none() | texts, st.none() | texts, attributes)

events = st.builds(Event, texts, attributes, times)
links = st.builds(Link, span_contexts, attributes)
statuses = st.builds(Status, st.sampled_from(StatusCode), st.none() | texts)


def bounded_lists(elements: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Lists as a span holds them, of which some have dropped elements, and plain ones."""
    lists = st.lists(elements, max_size=4)
    return lists | st.builds(BoundedList.from_seq, st.integers(0, 3), lists)


def spans_of(resource: st.SearchStrategy[Resource], scope: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Finished spans that come from given resources and scopes."""
    return st.builds(
        ReadableSpan,
        name=texts,
        context=span_contexts,
        parent=st.none() | span_contexts,
        resource=resource,
        attributes=attributes,
        events=bounded_lists(events),
        links=bounded_lists(links),
        kind=st.sampled_from(SpanKind),
        status=statuses,
        start_time=optional_times,
        end_time=optional_times,
        instrumentation_scope=scope,
    )


@st.composite
def span_batches(draw: st.DrawFn) -> list[ReadableSpan]:
    """Batches of spans of which several share a resource and a scope, as the same or an equal object."""
    some_resources = st.sampled_from(draw(st.lists(resources, min_size=1, max_size=3)))
    some_scopes = st.sampled_from([None, *draw(st.lists(scopes, min_size=1, max_size=3))])
    return draw(st.lists(spans_of(some_resources, some_scopes), max_size=6))


@st.composite
def log_records(draw: st.DrawFn) -> LogRecord:
    """Records as the Logs API makes them, in and outside of a span."""
    record = LogRecord(
        timestamp=draw(optional_times),
        observed_timestamp=draw(times),
        severity_text=draw(st.none() | texts),
        severity_number=draw(st.none() | st.sampled_from(SeverityNumber)),
        body=draw(values),
        attributes=draw(attributes),
        event_name=draw(st.none() | texts),
    )
    record.trace_id, record.span_id = draw(trace_ids), draw(span_ids)
    record.trace_flags = TraceFlags(draw(st.integers(0, 255)))
    return record


@st.composite
def log_batches(draw: st.DrawFn) -> list[ReadableLogRecord]:
    """Batches of records of which several share a resource and a scope."""
    some_resources = st.sampled_from(draw(st.lists(resources, min_size=1, max_size=3)))
    some_scopes = st.sampled_from([None, *draw(st.lists(scopes, min_size=1, max_size=3))])
    return draw(
        st.lists(st.builds(ReadableLogRecord, log_records(), some_resources, some_scopes), max_size=6)
    )


numbers = int64s | st.floats()
counts = st.integers(0, 2**64 - 1)
exemplars = st.lists(
    st.builds(Exemplar, attributes, numbers, times, st.none() | span_ids, st.none() | trace_ids), max_size=2
)
number_points = st.builds(NumberDataPoint, attributes, times, times, numbers, exemplars)
gauge_points = st.builds(NumberDataPoint, attributes, optional_times, times, numbers, exemplars)
histogram_points = st.builds(
    HistogramDataPoint,
    attributes,
    times,
    times,
    counts,
    numbers,
    st.lists(counts, max_size=4),
    st.lists(st.floats(), max_size=4),
    st.none() | st.floats(),
    st.none() | st.floats(),
    exemplars,
)
buckets = st.builds(Buckets, st.integers(-(2**31), 2**31 - 1), st.lists(counts, max_size=4))
exponential_points = st.builds(
    ExponentialHistogramDataPoint,
    attributes,
    times,
    times,
    counts,
    numbers,
    st.integers(-10, 20),
    counts,
    buckets,
    buckets,
    st.integers(0, 1),
    st.floats(),
    st.floats(),
    exemplars,
)
temporalities = st.sampled_from(AggregationTemporality)
metric_data = (
    st.builds(Gauge, st.lists(gauge_points, max_size=3))
    | st.builds(Sum, st.lists(number_points, max_size=3), temporalities, st.booleans())
    | st.builds(Histogram, st.lists(histogram_points, max_size=3), temporalities)
    | st.builds(ExponentialHistogram, st.lists(exponential_points, max_size=3), temporalities)
)
metrics = st.builds(Metric, texts, st.none() | texts, st.none() | texts, metric_data)
scope_metrics = st.builds(ScopeMetrics, scopes, st.lists(metrics, max_size=3), texts)
resource_metrics = st.builds(
    ResourceMetrics,
    resources,
    st.lists(scope_metrics, max_size=3, unique_by=lambda found: found.scope.name),
    texts,
)
metrics_data = st.builds(
    MetricsData, st.lists(resource_metrics, max_size=2, unique_by=lambda found: found.resource.schema_url)
)
