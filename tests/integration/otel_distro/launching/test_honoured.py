"""Variables that upstream reads keep their meaning."""

import sys
from typing import Any

import pytest
from opentelemetry.proto.metrics.v1.metrics_pb2 import AggregationTemporality

from tests.integration.otel_distro.launching.conftest import HERE, LAUNCHER, PROGRAM, Start
from tests.integration.otel_distro.otlp_sink import OtlpSink, attributes

MEASURED = (sys.executable, str(HERE / "measured.py"))


def metric(sink: OtlpSink, name: str) -> Any:
    """Return a metric as it arrived."""
    groups = [group for request in sink.metrics for group in request.resource_metrics]
    found = [one for group in groups for scope in group.scope_metrics for one in scope.metrics]
    return next(one for one in found if one.name == name)


def test_limits_hold(start: Start, otlp_sink: OtlpSink) -> None:
    """Of attributes, events and lengths, on spans and log records."""
    limits = {
        "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT": "4",
        "OTEL_SPAN_EVENT_COUNT_LIMIT": "2",
        "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT": "6",
        "OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT": "3",
    }

    start(*LAUNCHER, *MEASURED, environment=limits)

    (span,) = otlp_sink.spans
    assert len(span.attributes) == 4
    assert set(attributes(span).values()) == {"a long"}
    assert (len(span.events), span.dropped_events_count) == (2, 7)
    (record,) = otlp_sink.records
    assert len(record.attributes) == 3


@pytest.mark.parametrize(("ratio", "spans"), [("0", 0), ("1", 1)])
def test_sampler_and_its_argument_hold(start: Start, otlp_sink: OtlpSink, ratio: str, spans: int) -> None:
    """A ratio of 0 takes nothing; the log record arrives in any case."""
    sampler = {"OTEL_TRACES_SAMPLER": "parentbased_traceidratio", "OTEL_TRACES_SAMPLER_ARG": ratio}

    start(*LAUNCHER, *PROGRAM, environment=sampler)

    assert len(otlp_sink.spans) == spans
    assert len(otlp_sink.records) == 1


def test_temporality_and_aggregation_hold(start: Start, otlp_sink: OtlpSink) -> None:
    """What a backend asks for that takes deltas and exponential histograms."""
    chosen = {
        "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE": "delta",
        "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION": "base2_exponential_bucket_histogram",
    }

    start(*LAUNCHER, *MEASURED, environment=chosen)

    orders = metric(otlp_sink, "orders").sum
    assert orders.aggregation_temporality == AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA
    assert metric(otlp_sink, "sizes").HasField("exponential_histogram")
