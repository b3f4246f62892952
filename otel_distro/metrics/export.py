"""Hands collected metrics from the SDK to delivery.

https://opentelemetry.io/docs/specs/otel/metrics/sdk/#metricexporter
https://opentelemetry.io/docs/specs/otel/metrics/sdk_exporters/otlp/
"""

from collections.abc import Callable
from time import perf_counter, sleep
from typing import Any, Literal

from opentelemetry.sdk.metrics import (
    Counter,
    Histogram,
    ObservableCounter,
    ObservableGauge,
    ObservableUpDownCounter,
    UpDownCounter,
)
from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    MetricExporter,
    MetricExportResult,
    MetricsData,
)
from opentelemetry.sdk.metrics.view import (
    Aggregation,
    ExplicitBucketHistogramAggregation,
    ExponentialBucketHistogramAggregation,
)

from otel_distro.delivery.batch import Encoded
from otel_distro.delivery.delivery import Delivery
from otel_distro.failsafe import passes_on
from otel_distro.metrics.slices import slices

EncodeMetrics = Callable[[MetricsData], Encoded]
Temporality = Literal["cumulative", "delta", "lowmemory"]
HistogramAggregation = Literal["explicit_bucket_histogram", "base2_exponential_bucket_histogram"]

_POINTS = 64
_HOLD = 0.001
_BREATH = 0.0002


class DeliveryMetricExporter(MetricExporter):
    """Exports what a metric reader collects.

    Args:
        delivery: takes the encoded metrics.
        encode: turns a collection into an OTLP export request.
        temporality: of counters and histograms.
        histograms: how they are aggregated where no view says.
    """

    def __init__(
        self,
        delivery: Delivery,
        encode: EncodeMetrics,
        temporality: Temporality = "cumulative",
        histograms: HistogramAggregation = "explicit_bucket_histogram",
    ) -> None:
        self.temporalities = _temporalities(temporality)
        self.aggregations = _aggregations(histograms)
        super().__init__(self.temporalities, self.aggregations)
        self._delivery = delivery
        self._encode = encode

    def export(
        self, metrics_data: MetricsData, timeout_millis: float = 10_000, **kwargs: Any
    ) -> MetricExportResult:
        """Encode a collection in small parts and hand them on; never waits for the network.

        Failure means that at least one part was dropped; it is counted.
        """
        accepted = True
        began = perf_counter()
        for part in slices(metrics_data, _POINTS):
            accepted = self._hand_on(part) and accepted
            if perf_counter() - began > _HOLD:
                sleep(_BREATH)
                began = perf_counter()
        return MetricExportResult.SUCCESS if accepted else MetricExportResult.FAILURE

    def force_flush(self, timeout_millis: float = 10_000) -> bool:
        """Wait until all collected metrics are delivered; answer whether they are, in time."""
        return self._delivery.force_flush(timeout_millis / 1000, ("metrics",))

    def shutdown(self, timeout_millis: float = 30_000, **kwargs: Any) -> None:
        """Do nothing: the reader has handed on its last collection, and delivery ends by itself."""

    def _hand_on(self, part: MetricsData) -> bool:
        try:
            encoded = self._encode(part)
        except BaseException as error:
            # A point that cannot be encoded takes neither others with it nor the thread.
            accepted = self._hand_on_points(part)
            if passes_on(error):
                raise
            return accepted
        return self._delivery.submit("metrics", encoded)

    def _hand_on_points(self, part: MetricsData) -> bool:
        pieces = list(slices(part, 1))
        if len(pieces) > 1:
            accepted = [self._hand_on(piece) for piece in pieces]
            return all(accepted)
        account = self._delivery.account
        account.accept("metrics", 1)
        account.drop("metrics", 1, "unencodable")
        return False


def _temporalities(preference: Temporality) -> dict[type, AggregationTemporality]:
    """Return the temporality of each instrument, as the specification names the three choices."""
    delta = {
        "cumulative": set[type](),
        "delta": {Counter, ObservableCounter, Histogram},
        "lowmemory": {Counter, Histogram},
    }[preference]
    kinds = (Counter, UpDownCounter, Histogram, ObservableCounter, ObservableUpDownCounter, ObservableGauge)
    chosen = {True: AggregationTemporality.DELTA, False: AggregationTemporality.CUMULATIVE}
    return {kind: chosen[kind in delta] for kind in kinds}


def _aggregations(histograms: HistogramAggregation) -> dict[type, Aggregation]:
    if histograms == "base2_exponential_bucket_histogram":
        return {Histogram: ExponentialBucketHistogramAggregation()}
    return {Histogram: ExplicitBucketHistogramAggregation()}
