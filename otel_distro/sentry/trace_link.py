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
_served: ContextVar[tuple[weakref.ref[Task], SpanContext] | None] = ContextVar("served", default=None)


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
    context = span.get_span_context()
    if task is not None and context.is_valid:
        _served.set((weakref.ref(task), context))


def _current_ids() -> tuple[str, str] | None:
    context = get_current_span().get_span_context()
    if not context.is_valid:
        served = _served.get()
        if served is None or served[0]() is not _current_task():
            return None
        context = served[1]
    return format_trace_id(context.trace_id), format_span_id(context.span_id)


def _current_task() -> Task | None:
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None
