"""Reads at the receiver what processes reported: spans by path, counts, identities."""

from typing import Any

from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.integration.otel_distro.otlp_sink import OtlpSink, attributes


def served(sink: OtlpSink, path: str = "/count") -> list[Any]:
    """Return the server spans of a path."""
    servers = [span for span in sink.spans if span.kind == Span.SPAN_KIND_SERVER]
    return [span for span in servers if attributes(span).get("url.path") == path]


def counted(sink: OtlpSink, name: str = "requests.served") -> int:
    """Return the sum of the last values of a counter's series.

    A series is told by its process's identity and its beginning: a restarted worker continues the
    name of its predecessor, and begins at zero again.
    """
    last: dict[tuple[Any, ...], tuple[int, int]] = {}
    for instance, point in _points(sink, name):
        key = (instance, point.start_time_unix_nano, str(sorted(attributes(point).items())))
        last[key] = max(last.get(key, (0, 0)), (point.time_unix_nano, point.as_int))
    return sum(value for _, value in last.values())


def instances(sink: OtlpSink) -> set[str]:
    """Return the identities of all processes that sent anything."""
    return {resource["service.instance.id"] for resource in sink.resources}


def process_ids(sink: OtlpSink) -> set[int]:
    """Return the ids of all processes that sent anything."""
    return {resource["process.pid"] for resource in sink.resources}


def _points(sink: OtlpSink, name: str) -> list[tuple[str, Any]]:
    groups = [group for request in sink.metrics for group in request.resource_metrics]
    return [
        (attributes(group.resource)["service.instance.id"], point)
        for group in groups
        for scope in group.scope_metrics
        for metric in scope.metrics
        if metric.name == name
        for point in metric.sum.data_points
    ]
