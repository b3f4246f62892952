"""The trace of an escalation: one of its own, linked to the trace in which the travel query came in.

Nobody waits for it and hours may lie between the two, so it is no child of the request's span.
https://opentelemetry.io/docs/specs/otel/overview/#links-between-spans
"""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, SpanKind

from travel_crm.adapters.spans import operation_span
from travel_crm.domain.escalations import Breach
from travel_crm.telemetry.tenant_context import in_tenant

_tracer = trace.get_tracer("travel_crm.escalations")


class TracedEscalations:
    """Shows the work on each breach."""

    @contextmanager
    def escalating(self, breach: Breach) -> Iterator[None]:
        """Run a root span around dealing with a breach."""
        asked = propagate.extract(breach.headers, context=Context())
        span_context = trace.get_current_span(asked).get_span_context()
        attributes = {
            "travel_crm.travel_query.id": breach.travel_query.id,
            "travel_crm.sla.severity": str(breach.travel_query.priority),
        }
        links = [Link(span_context)] if span_context.is_valid else []
        with (
            operation_span(_tracer, "escalate travel query", SpanKind.INTERNAL, attributes, Context(), links),
            in_tenant(breach.tenant_id),
        ):
            yield
