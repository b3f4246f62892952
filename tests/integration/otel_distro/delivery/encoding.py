"""The encoder that the tests' processes use: upstream's, in the shape of ours."""

from collections.abc import Sequence
from dataclasses import dataclass

from opentelemetry.exporter.otlp.proto.common._log_encoder import encode_logs
from opentelemetry.exporter.otlp.proto.common.metrics_encoder import encode_metrics as encode_collection
from opentelemetry.exporter.otlp.proto.common.trace_encoder import encode_spans as encode_traces
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.metrics.export import MetricsData
from opentelemetry.sdk.trace import ReadableSpan


@dataclass(frozen=True)
class EncodedBatch:
    """Encoded bytes and what they hold."""

    payload: bytes
    items: int
    replaced: int = 0
    dropped: int = 0


def encode_spans(spans: Sequence[ReadableSpan]) -> EncodedBatch:
    """Encode spans."""
    return EncodedBatch(encode_traces(spans).SerializeToString(), len(spans))


def encode_log_records(records: Sequence[ReadableLogRecord]) -> EncodedBatch:
    """Encode log records."""
    return EncodedBatch(encode_logs(records).SerializeToString(), len(records))


def encode_metrics(data: MetricsData) -> EncodedBatch:
    """Encode a collection."""
    points = sum(
        len(metric.data.data_points)
        for resource in data.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    )
    return EncodedBatch(encode_collection(data).SerializeToString(), points)


def split(payload: bytes) -> list[bytes]:
    """Halve an encoded request of spans."""
    whole = ExportTraceServiceRequest.FromString(payload)
    spans = [
        (resource, scope, span)
        for resource in whole.resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]
    if len(spans) < 2:
        return [payload]
    middle = len(spans) // 2
    return [_request(spans[:middle]), _request(spans[middle:])]


def _request(spans: Sequence[tuple[object, object, object]]) -> bytes:
    request = ExportTraceServiceRequest()
    for resource, scope, span in spans:
        group = request.resource_spans.add()
        group.resource.CopyFrom(resource.resource)  # type: ignore[attr-defined]
        inner = group.scope_spans.add()
        inner.scope.CopyFrom(scope.scope)  # type: ignore[attr-defined]
        inner.spans.add().CopyFrom(span)  # type: ignore[arg-type]
    return request.SerializeToString()
