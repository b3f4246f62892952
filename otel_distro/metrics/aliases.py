"""Gives metrics further names, for a scraper that knows them by those.

`count(http.server.request.duration)=shop.requests{http.route:route}` makes one more metric of one
that is there, at the moment of the scrape; the original stays. What a Collector's transform
processor does for metrics that pass through it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from opentelemetry.sdk.metrics.export import (
    AggregationTemporality,
    Histogram,
    Metric,
    MetricsData,
    NumberDataPoint,
    Sum,
)

from otel_distro.variables.metric_aliases import Alias


def with_aliases(data: MetricsData, chosen: Sequence[Alias]) -> MetricsData:
    """Return a collection with the further metrics beside those that they are made of.

    Args:
        data: what was collected.
        chosen: the further names; one that does not fit its source's kind adds nothing.
    """
    if not chosen:
        return data
    resources = [
        replace(
            resource,
            scope_metrics=[
                replace(scope, metrics=[*scope.metrics, *_made_of(scope.metrics, chosen)])
                for scope in resource.scope_metrics
            ],
        )
        for resource in data.resource_metrics
    ]
    return replace(data, resource_metrics=resources)


def _made_of(metrics: Sequence[Metric], chosen: Sequence[Alias]) -> Iterator[Metric]:
    for metric in metrics:
        for alias in chosen:
            if alias.source == metric.name and (made := _made(metric, alias)):
                yield made


def _made(metric: Metric, alias: Alias) -> Metric | None:
    data: Any = metric.data
    if alias.kind == "count":
        return _count(metric, alias) if isinstance(data, Histogram) else None
    if alias.kind == "sum":
        return _sum(metric, alias) if isinstance(data, Sum) else None
    points = [replace(point, attributes=_renamed(point, alias)) for point in data.data_points]
    return replace(metric, name=alias.name, data=replace(data, data_points=points))


def _count(metric: Metric, alias: Alias) -> Metric:
    data: Any = metric.data
    points = [
        NumberDataPoint(_renamed(point, alias), point.start_time_unix_nano, point.time_unix_nano, point.count)
        for point in data.data_points
    ]
    return replace(metric, name=alias.name, unit="", data=Sum(points, data.aggregation_temporality, True))


def _sum(metric: Metric, alias: Alias) -> Metric | None:
    data: Any = metric.data
    points: Sequence[NumberDataPoint] = data.data_points
    if data.aggregation_temporality != AggregationTemporality.CUMULATIVE or not points:
        return None
    total = replace(points[0], attributes={}, value=sum(point.value for point in points), exemplars=[])
    return replace(metric, name=alias.name, data=replace(data, data_points=[total]))


def _renamed(point: Any, alias: Alias) -> dict[str, Any]:
    attributes: Mapping[str, Any] = point.attributes or {}
    return {alias.labels.get(name, name): value for name, value in attributes.items()}
