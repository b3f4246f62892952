"""Makes a span current for a block, and keeps the block's exception what it is.

The API's own `use_span` writes the text of an exception into the span's status; where `__str__`
raises, the application would see that exception in the place of its own.
https://opentelemetry.io/docs/specs/otel/trace/api/#context-interaction
"""

from collections.abc import Iterator

from opentelemetry import trace
from opentelemetry.context import attach, detach
from opentelemetry.trace import Span, StatusCode, set_span_in_context
from opentelemetry.util._decorator import (
    _agnosticcontextmanager,  # pyright: ignore[reportPrivateUsage] - the API's own, for coroutines too
)

from otel_distro.otlp.exceptions import exception_summary


@_agnosticcontextmanager
def use_span(
    span: Span,
    end_on_exit: bool = False,
    record_exception: bool = True,
    set_status_on_exception: bool = True,
) -> Iterator[Span]:
    """Make a span current for a block, as `opentelemetry.trace.use_span` does.

    Args:
        span: to be current.
        end_on_exit: whether it ends with the block.
        record_exception: whether an exception that leaves the block becomes an event.
        set_status_on_exception: whether it becomes the status.
    """
    try:
        token = attach(set_span_in_context(span))
        try:
            yield span
        finally:
            detach(token)
    except Exception as error:
        if isinstance(span, Span) and span.is_recording():  # pyright: ignore[reportUnnecessaryIsInstance]
            if record_exception:
                span.record_exception(error)
            if set_status_on_exception:
                span.set_status(StatusCode.ERROR, exception_summary(error))
        raise
    finally:
        if end_on_exit:
            span.end()


def configure_use_span() -> None:
    """Put it in the place of the API's, for whoever imports that from now on, and for the SDK."""
    setattr(trace, "use_span", use_span)  # noqa: B010 - a function may not be assigned to
