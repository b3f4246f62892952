"""Items of one resource and scope stand together, however many others there are."""

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import SpanContext

from otel_distro.otlp.origin import MOST_KEPT
from otel_distro.otlp.spans import encode_spans

CONTEXT = SpanContext(1, 2, is_remote=False)


def span(resource: str, scope: str) -> ReadableSpan:
    """Return a span with a resource and a scope of its own, which equal others of the name."""
    origin = {"resource": Resource({"name": resource}), "instrumentation_scope": InstrumentationScope(scope)}
    return ReadableSpan("work", CONTEXT, **origin)


def groups(spans: list[ReadableSpan]) -> list[list[int]]:
    """Return how many spans each scope of each resource has in the request."""
    request = ExportTraceServiceRequest.FromString(encode_spans(spans).payload)
    return [[len(scope.spans) for scope in group.scope_spans] for group in request.resource_spans]


def test_equal_resources_share_a_group() -> None:
    """Though more than are kept stand between them."""
    others = [span(f"other {number}", "scope") for number in range(MOST_KEPT)]

    assert groups([span("one", "scope"), *others, span("one", "scope")]) == [[2], *[[1]] * MOST_KEPT]


def test_equal_scopes_share_a_group() -> None:
    """The same of a resource's scopes."""
    others = [span("one", f"other {number}") for number in range(MOST_KEPT)]

    assert groups([span("one", "scope"), *others, span("one", "scope")]) == [[2, *[1] * MOST_KEPT]]
