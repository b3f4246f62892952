"""Records are counted in their encoded form."""

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from otel_distro.delivery.counting import count_items


def test_counts_spans() -> None:
    """Over all resources and scopes, also where requests were joined by concatenation."""
    request = ExportTraceServiceRequest()
    for spans in (2, 0, 3):
        resource = request.resource_spans.add()
        resource.resource.attributes.add(key="a")
        scope = resource.scope_spans.add()
        scope.scope.name = "scope"
        for number in range(spans):
            scope.spans.add(name=f"span {number}", start_time_unix_nano=1)

    payload = request.SerializeToString()

    assert count_items("traces", payload) == 5
    assert count_items("traces", payload + payload) == 10
    assert count_items("traces", b"") == 0


def test_counts_log_records() -> None:
    """Log records, not their attributes."""
    request = ExportLogsServiceRequest()
    scope = request.resource_logs.add().scope_logs.add()
    for _ in range(4):
        scope.log_records.add().attributes.add(key="a")

    assert count_items("logs", request.SerializeToString()) == 4


def test_counts_data_points_of_every_kind() -> None:
    """A metric counts as many as its points."""
    request = ExportMetricsServiceRequest()
    scope = request.resource_metrics.add().scope_metrics.add()
    for kind in ("gauge", "sum", "histogram", "exponential_histogram", "summary"):
        metric = scope.metrics.add(name=kind)
        for _ in range(2):
            getattr(metric, kind).data_points.add(time_unix_nano=1)

    assert count_items("metrics", request.SerializeToString()) == 10


def test_says_what_is_no_request() -> None:
    """Bytes that are no protobuf raise a ValueError."""
    with pytest.raises(ValueError, match="ends early"):
        count_items("traces", b"\x0a\x05abc")
