"""The spans of the job queue, and the trace that travels in a job's headers.

A single message is sent and processed at a time, so the process span is a child of the send span, which is
the message's creation context, and links to it as well. There is no receive span: the worker polls, and an
empty poll belongs to no trace. https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/
"""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, Span, SpanKind
from opentelemetry.util.types import AttributeValue

from travel_crm.adapters.spans import operation_span, record_error
from travel_crm.domain.jobs import Job, TakenJob
from travel_crm.telemetry.tenant_context import in_tenant

_tracer = trace.get_tracer("travel_crm.jobs")


class TracedAttempt:
    """An attempt at a job as its span shows it."""

    def __init__(self, span: Span) -> None:
        self._span = span

    def failed(self, error: Exception) -> None:
        """Record the error on the span."""
        record_error(self._span, error)


@contextmanager
def send_span(queue: str, job: Job) -> Iterator[dict[str, str]]:
    """Run a `send` span around handing over a job; yield the headers the job shall carry."""
    attributes = _attributes("send", queue, job)
    with operation_span(_tracer, f"send {queue}", SpanKind.PRODUCER, attributes):
        headers: dict[str, str] = {}
        propagate.inject(headers)
        yield headers


@contextmanager
def process_span(queue: str, taken: TakenJob) -> Iterator[TracedAttempt]:
    """Run a `process` span, in the trace that the job came with, around working on it."""
    sender = propagate.extract(taken.job.headers, context=Context())
    attributes = _attributes("process", queue, taken.job) | {"travel_crm.job.attempt": taken.attempt}
    with (
        operation_span(
            _tracer, f"process {queue}", SpanKind.CONSUMER, attributes, context=sender, links=_links(sender)
        ) as span,
        in_tenant(taken.job.tenant_id),
    ):
        yield TracedAttempt(span)


def _links(sender: Context) -> list[Link]:
    span_context = trace.get_current_span(sender).get_span_context()
    return [Link(span_context)] if span_context.is_valid else []


def _attributes(operation: str, queue: str, job: Job) -> dict[str, AttributeValue]:
    return {
        "messaging.system": "redis",
        "messaging.operation.name": operation,
        "messaging.operation.type": operation,
        "messaging.destination.name": queue,
        "messaging.message.id": job.id,
        "travel_crm.job.kind": job.kind,
    }
