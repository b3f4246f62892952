"""Turns what a metric reader collected into what a Prometheus scraper reads.

Upstream's exporter gives the points of a second scope the label names of the first, and has no
exemplars; so only its rules for names are used. A name has one type: the first that claims it.
https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/#otlp-metric-points-to-prometheus
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from opentelemetry.exporter.prometheus._mapping import (
    map_unit,
    sanitize_attribute,
    sanitize_full_name,
)
from opentelemetry.sdk.metrics.export import Gauge, Histogram, Metric, MetricsData, Sum
from opentelemetry.trace import format_span_id, format_trace_id
from prometheus_client import Metric as Family
from prometheus_client.samples import Exemplar

Labels = dict[str, str]


def families_of(data: MetricsData) -> Iterable[Family]:
    """Return the families of a collection, each with its samples.

    Args:
        data: what was collected; kinds that Prometheus's text cannot carry are left out.
    """
    families: dict[str, Family] = {}
    for resource in data.resource_metrics:
        _add_target(families, resource.resource.attributes)
        for scope in resource.scope_metrics:
            labels = _scope_labels(scope.scope)
            for metric in scope.metrics:
                _add_metric(families, metric, labels)
    return families.values()


def _add_target(families: dict[str, Family], attributes: Mapping[str, Any]) -> None:
    family = families.setdefault("target", Family("target", "Target metadata", "info"))
    family.add_sample("target_info", _labels(attributes), 1)


def _scope_labels(scope: Any) -> Labels:
    return {"otel_scope_name": scope.name or "", "otel_scope_version": scope.version or ""}


def _add_metric(families: dict[str, Family], metric: Metric, scope_labels: Labels) -> None:
    kind = _kind(metric)
    if kind is None:
        return
    made = Family(_name(metric, kind), metric.description or "", kind, _unit(metric))
    family = families.setdefault(made.name, made)
    if family.type != kind:
        return
    add = _add_histogram if kind == "histogram" else _add_number
    for point in metric.data.data_points:
        add(family, point, {**_labels(point.attributes or {}), **scope_labels})


def _kind(metric: Metric) -> str | None:
    if isinstance(metric.data, Histogram):
        return "histogram"
    if isinstance(metric.data, Sum):
        return "counter" if metric.data.is_monotonic else "gauge"
    return "gauge" if isinstance(metric.data, Gauge) else None


def _name(metric: Metric, kind: str) -> str:
    name = sanitize_full_name(metric.name)
    return name.removesuffix("_total") if kind == "counter" else name


def _unit(metric: Metric) -> str:
    if metric.unit == "1":
        # As Prometheus itself translates OTLP.
        return "ratio" if isinstance(metric.data, Gauge) else ""
    return map_unit(metric.unit or "")


def _labels(attributes: Mapping[str, Any]) -> Labels:
    return {sanitize_attribute(name): _text(value) for name, value in attributes.items()}


def _text(value: Any) -> str:
    # As Prometheus writes what OTLP brings: a list is JSON, and so are true and false.
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), default=str)


def _add_number(family: Family, point: Any, labels: Labels) -> None:
    suffix = "_total" if family.type == "counter" else ""
    exemplar = next(_exemplars(point), None) if suffix else None
    family.add_sample(family.name + suffix, labels, point.value, exemplar=exemplar)


def _add_histogram(family: Family, point: Any, labels: Labels) -> None:
    exemplars = list(_exemplars(point))
    below = 0
    lower = float("-inf")
    for upper, count in zip((*point.explicit_bounds, float("inf")), point.bucket_counts, strict=True):
        below += count
        exemplar = next((one for one in exemplars if lower < one.value <= upper), None)
        bound = "+Inf" if upper == float("inf") else str(float(upper))
        family.add_sample(f"{family.name}_bucket", {**labels, "le": bound}, below, exemplar=exemplar)
        lower = upper
    family.add_sample(f"{family.name}_count", labels, point.count)
    family.add_sample(f"{family.name}_sum", labels, point.sum)


def _exemplars(point: Any) -> Iterator[Exemplar]:
    for one in point.exemplars or ():
        if one.trace_id is not None and one.span_id is not None:
            ids = {"trace_id": format_trace_id(one.trace_id), "span_id": format_span_id(one.span_id)}
            yield Exemplar(ids, one.value, one.time_unix_nano / 1e9)
