"""Cuts collected metrics into slices of few data points.

A collection holds all series at once, thousands of them; encoding them in one go would keep the
interpreter from the application for many milliseconds. Spans and log records come one by one.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final, NamedTuple

from opentelemetry.sdk.metrics.export import Metric, MetricsData, ResourceMetrics, ScopeMetrics

DATA_POINTS: Final = 64
"""As many as are encoded in well below 2 ms."""


class _Piece(NamedTuple):
    resource_metrics: ResourceMetrics
    scope_metrics: ScopeMetrics
    metric: Metric


def slice_metrics(metrics_data: MetricsData, data_points: int = DATA_POINTS) -> Iterator[MetricsData]:
    """Yield the metrics in slices, which hold the data points in their order.

    Args:
        metrics_data: as the SDK hands it to a metric exporter.
        data_points: the most in one slice. A metric with more is spread over several.
    """
    taken: list[_Piece] = []
    room = data_points
    for whole in _metrics(metrics_data):
        points = whole.metric.data.data_points
        start = 0
        while start < len(points):
            part = points[start : start + room]
            taken.append(whole._replace(metric=_with_points(whole.metric, part)))
            start += len(part)
            room -= len(part)
            if room == 0:
                yield _assemble(taken)
                taken, room = [], data_points
    if taken:
        yield _assemble(taken)


def _metrics(metrics_data: MetricsData) -> Iterator[_Piece]:
    for resource_metrics in metrics_data.resource_metrics:
        for scope_metrics in resource_metrics.scope_metrics:
            for metric in scope_metrics.metrics:
                yield _Piece(resource_metrics, scope_metrics, metric)


def _with_points(metric: Metric, points: Any) -> Metric:
    return replace(metric, data=replace(metric.data, data_points=points))


def _assemble(pieces: list[_Piece]) -> MetricsData:
    resources: dict[int, tuple[ResourceMetrics, dict[int, tuple[ScopeMetrics, list[Metric]]]]] = {}
    for resource_metrics, scope_metrics, metric in pieces:
        _, scopes = resources.setdefault(id(resource_metrics), (resource_metrics, {}))
        _, metrics = scopes.setdefault(id(scope_metrics), (scope_metrics, []))
        metrics.append(metric)
    return MetricsData([replace(of, scope_metrics=_scopes(scopes)) for of, scopes in resources.values()])


def _scopes(scopes: dict[int, tuple[ScopeMetrics, list[Metric]]]) -> list[ScopeMetrics]:
    return [replace(of, metrics=metrics) for of, metrics in scopes.values()]
