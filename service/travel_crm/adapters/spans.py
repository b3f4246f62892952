"""How the adapters' own operations appear in a trace, and how a failed one looks.

A failure is the exception as an event, its type as `error.type`, and status ERROR:
https://opentelemetry.io/docs/specs/semconv/general/recording-errors/
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from opentelemetry.context import Context
from opentelemetry.trace import Link, Span, SpanKind, StatusCode, Tracer
from opentelemetry.util.types import AttributeValue


@contextmanager
def operation_span(
    tracer: Tracer,
    name: str,
    kind: SpanKind,
    attributes: Mapping[str, AttributeValue],
    context: Context | None = None,
    links: Sequence[Link] = (),
) -> Iterator[Span]:
    """Run a span around an operation; what the operation raises is recorded and goes on.

    Without `context` the span is a child of the current one.
    """
    with tracer.start_as_current_span(
        name,
        context=context,
        kind=kind,
        attributes=attributes,
        links=links,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        try:
            yield span
        except Exception as error:
            record_error(span, error)
            raise


def record_error(span: Span, error: Exception) -> None:
    """Mark the span as failed."""
    span.record_exception(error)
    span.set_attribute("error.type", type(error).__qualname__)
    span.set_status(StatusCode.ERROR, type(error).__qualname__)
