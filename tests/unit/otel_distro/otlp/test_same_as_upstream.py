"""Whatever is well-formed decodes to what upstream's encoder makes of it."""

from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics as upstream_metrics
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans as upstream_spans
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.metrics.export import MetricsData
from opentelemetry.sdk.trace import ReadableSpan

from otel_distro.otlp.batch import EncodedBatch
from otel_distro.otlp.logs import encode_log_records
from otel_distro.otlp.metrics import encode_metrics
from otel_distro.otlp.spans import encode_spans
from tests.unit.otel_distro.otlp import well_formed

thorough = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def assert_same(batch: EncodedBatch, request: type[Message], expected: Message, items: int) -> None:
    """Compare in serialised form, since a NaN equals nothing."""
    assert request.FromString(batch.payload).SerializeToString() == expected.SerializeToString()
    assert (batch.items, batch.replaced, batch.dropped) == (items, 0, 0)


@thorough
@given(well_formed.span_batches())
def test_spans(spans: list[ReadableSpan]) -> None:
    """Spans: every field, events, links, status, grouping."""
    batch = encode_spans(spans)

    assert_same(batch, ExportTraceServiceRequest, upstream_spans(spans), len(spans))


@thorough
@given(well_formed.log_batches())
def test_log_records(records: list[ReadableLogRecord]) -> None:
    """Log records: every field, any body, grouping."""
    batch = encode_log_records(records)

    assert_same(batch, ExportLogsServiceRequest, encode_logs(records), len(records))


@thorough
@given(well_formed.metrics_data)
def test_metrics(metrics_data: MetricsData) -> None:
    """Metrics: each kind of data, exemplars, grouping."""
    points = sum(
        len(metric.data.data_points)
        for resource_metrics in metrics_data.resource_metrics
        for scope_metrics in resource_metrics.scope_metrics
        for metric in scope_metrics.metrics
    )

    batch = encode_metrics(metrics_data)

    assert_same(batch, ExportMetricsServiceRequest, upstream_metrics(metrics_data), points)
