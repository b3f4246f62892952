"""Cuts what a metric reader collected into parts of few data points.

Encoding holds the interpreter's lock, so a collection of thousands of points is not encoded in one
piece. A part is a complete collection: it carries its resource, scopes and metrics.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from opentelemetry.sdk.metrics.export import Metric, MetricsData, ResourceMetrics, ScopeMetrics


def slices(data: MetricsData, points: int) -> Iterator[MetricsData]:
    """Yield parts of a collection, in its order.

    Args:
        data: what was collected.
        points: the most data points in one part.
    """
    for resource in data.resource_metrics:
        for scope in resource.scope_metrics:
            for metrics in _grouped(scope.metrics, points):
                yield _part(resource, scope, metrics)


def _grouped(metrics: Sequence[Metric], points: int) -> Iterator[list[Metric]]:
    group: list[Metric] = []
    size = 0
    for metric in metrics:
        for piece, count in _pieces(metric, points):
            if group and size + count > points:
                yield group
                group, size = [], 0
            group.append(piece)
            size += count
    if group:
        yield group


def _pieces(metric: Metric, points: int) -> Iterator[tuple[Metric, int]]:
    data: Any = metric.data
    found: Sequence[Any] = data.data_points
    for start in range(0, len(found), points):
        some = found[start : start + points]
        yield replace(metric, data=replace(data, data_points=some)), len(some)


def _part(resource: ResourceMetrics, scope: ScopeMetrics, metrics: Sequence[Metric]) -> MetricsData:
    return MetricsData([replace(resource, scope_metrics=[replace(scope, metrics=metrics)])])
