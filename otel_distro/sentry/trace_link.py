"""Gives Sentry's events the ids of the OpenTelemetry trace.

The current span's, where there is one. An unhandled error may reach Sentry after its server span
has ended (Sentry's wrapper stands outside contrib's middleware, the server's own log of the error
outside any): then the ids of the request that the task served last.
https://develop.sentry.dev/sdk/telemetry/traces/trace-propagation/
"""

import asyncio
import weakref
from contextvars import ContextVar
from typing import Any

from opentelemetry.trace import Span, SpanContext, format_span_id, format_trace_id, get_current_span
from sentry_sdk.scope import register_external_propagation_context

Task = asyncio.Task[Any]

# With the task, as a server may start a request in the context of an earlier one.
_served: ContextVar[tuple[weakref.ref[Task], Span] | None] = ContextVar("served", default=None)


def configure_trace_link() -> None:
    """Have Sentry take its trace and span ids from OpenTelemetry, sampled or not."""
    register_external_propagation_context(_current_ids)


def remember_server_span(span: Span, _scope: object) -> None:
    """Remember the server span for what the request's task reports once it has ended.

    Args:
        span: the request's.
        _scope: the ASGI scope; its place is the one in a server request hook.
    """
    task = _current_task()
    if task is not None and span.get_span_context().is_valid:
        _served.set((weakref.ref(task), span))


def span_of_event() -> Span | None:
    """Return the span that an event reported now belongs to: the current one, or the request's."""
    current = get_current_span()
    return current if current.get_span_context().is_valid else _served_by_this_task()


def span_of_request() -> Span | None:
    """Return the span of the request that is worked on, from threads and tasks below it too.

    Elsewhere, as in a worker's job, it is the current span.
    """
    current, served = span_of_event(), _served.get()
    if current is None or served is None:
        return current
    # Of one trace: then this is no leftover of an earlier request in the same context.
    same = served[1].get_span_context().trace_id == current.get_span_context().trace_id
    return served[1] if same else current


def _served_by_this_task() -> Span | None:
    served = _served.get()
    return None if served is None or served[0]() is not _current_task() else served[1]


def _current_ids() -> tuple[str, str] | None:
    span = span_of_event()
    if span is None:
        return None
    context: SpanContext = span.get_span_context()
    return format_trace_id(context.trace_id), format_span_id(context.span_id)


def _current_task() -> Task | None:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None
