"""Encodes collected metrics to an OTLP `ExportMetricsServiceRequest`.

For well-formed metrics it gives what upstream's encoder gives, field by field.
https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/metrics/v1/metrics.proto
"""

from collections.abc import Sequence
from typing import Any, Final

from opentelemetry.sdk.metrics.export import (
    ExponentialHistogram,
    Gauge,
    Histogram,
    Metric,
    MetricsData,
    ResourceMetrics,
    Sum,
)

from otel_distro.failsafe import CONTAINED
from otel_distro.otlp.batch import EncodedBatch, Encoder, Groups
from otel_distro.otlp.data_points import (
    encode_exponential_point,
    encode_gauge_point,
    encode_histogram_point,
    encode_sum_point,
)
from otel_distro.otlp.fields import TextWriter, count_field
from otel_distro.otlp.limits import DEFAULT_LIMITS, ValueLimits
from otel_distro.otlp.values import Sanitiser
from otel_distro.otlp.wire import delimited

_KINDS: Final[dict[type, tuple[bytes, Encoder]]] = {
    Gauge: (b"\x2a", encode_gauge_point),
    Sum: (b"\x3a", encode_sum_point),
    Histogram: (b"\x4a", encode_histogram_point),
    ExponentialHistogram: (b"\x52", encode_exponential_point),
}
"""For each kind of data, the tag of its field in the metric, and what encodes one of its points."""

_names: Final = TextWriter(b"\x0a")
_descriptions: Final = TextWriter(b"\x12")
_units: Final = TextWriter(b"\x1a")


def encode_metrics(metrics_data: MetricsData, limits: ValueLimits = DEFAULT_LIMITS) -> EncodedBatch:
    """Encode metrics.

    Args:
        metrics_data: as the SDK hands it to a metric exporter.
        limits: the bounds on the values of one data point.

    Returns:
        The batch; its items are data points. Nothing raises: a point that cannot be read is dropped
        and counted, and the others are kept.
    """
    encoding = _Encoding(limits)
    try:
        for resource_metrics in metrics_data.resource_metrics:
            encoding.add(resource_metrics)
    except CONTAINED:  # not of the SDK's making
        encoding.dropped += 1
    return encoding.batch()


class _Encoding:
    def __init__(self, limits: ValueLimits) -> None:
        self._sanitiser = Sanitiser(limits)
        self._groups = Groups(self._sanitiser)
        self._items = 0
        self.dropped = 0

    def batch(self) -> EncodedBatch:
        return EncodedBatch(self._groups.payload(), self._items, self._sanitiser.replaced, self.dropped)

    def add(self, resource_metrics: ResourceMetrics) -> None:
        resource = resource_metrics.resource
        self._groups.scopes_of(resource)
        for scope_metrics in resource_metrics.scope_metrics:
            taken = self._groups.items_of(resource, scope_metrics.scope)
            for metric in scope_metrics.metrics:
                self._append_metric(taken, metric)

    def _append_metric(self, taken: list[bytes], metric: Metric) -> None:
        try:
            name = _names.field(metric.name, self._sanitiser)
            description = _descriptions.field(metric.description, self._sanitiser)
            unit = _units.field(metric.unit, self._sanitiser)
            content = name + description + unit + self._data(metric.data)
        except CONTAINED:  # not of the SDK's making
            self.dropped += 1
        else:
            taken.append(delimited(b"\x12", content))

    def _data(self, data: Any) -> bytes:
        """Encode the data of a metric; that of no known kind, or without points, is left out."""
        tag, encoder = _KINDS.get(data.__class__, (b"", None))
        if encoder is None:
            return b""
        parts = self._points(data.data_points, encoder)
        if not parts:
            return b""
        if not isinstance(data, Gauge):
            parts.append(count_field(b"\x10", data.aggregation_temporality, self._sanitiser))
        if isinstance(data, Sum) and data.is_monotonic:
            parts.append(b"\x18\x01")
        return delimited(tag, b"".join(parts))

    def _points(self, points: Sequence[Any], encoder: Encoder) -> list[bytes]:
        parts: list[bytes] = []
        for point in points:
            self._sanitiser.begin_item()
            try:
                parts.append(delimited(b"\x0a", encoder(point, self._sanitiser)))
            except CONTAINED:  # a value that is no number
                self.dropped += 1
        self._items += len(parts)
        return parts
