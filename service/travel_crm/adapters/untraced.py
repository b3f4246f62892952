"""Work that nobody asked for, done over and over: polling, heartbeats. It makes no spans.

An idle worker asks the queue every second. Instrumented, that would be one root span a second and nothing in
it. The OpenTelemetry API holds a context key that instrumentations look at before they start a span.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import context
from opentelemetry.context import _SUPPRESS_INSTRUMENTATION_KEY


@contextmanager
def untraced() -> Iterator[None]:
    """Keep instrumentations from making spans for what is done inside."""
    token = context.attach(context.set_value(_SUPPRESS_INSTRUMENTATION_KEY, True))
    try:
        yield
    finally:
        context.detach(token)
