"""Owns one call to another server: its client span and its measurement, from start to end.

An instrumentation describes a call; a `ClientCall` records it, so that a call is one span and one
measurement. What is not sampled is measured all the same. Errors become attributes and a status,
never span events: whoever handles the exception reports it.
https://opentelemetry.io/docs/specs/semconv/db/database-spans/
https://opentelemetry.io/docs/specs/semconv/general/recording-errors/
"""

from collections.abc import Awaitable, Callable, Mapping
from time import perf_counter

from opentelemetry.semconv.attributes.db_attributes import DB_RESPONSE_STATUS_CODE
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, set_span_in_context

from otel_distro.failsafe import failsafe, failsafe_async
from otel_distro.instrumentation.client_instruments import ClientInstruments

Attributes = Mapping[str, str | int]

QUERY_TEXT_LIMIT = 1024
"""The most characters of `db.query.text`."""

NAME_LIMIT = 255
"""The most characters of a span's name or of an operation's."""

_DESCRIPTION_LIMIT = 255


class ClientCall:
    """A call under way.

    Args:
        instruments: what it is recorded with.
        span: its client span, started.
        attributes: those that the span was started with.
    """

    __slots__ = ("_attributes", "_instruments", "_started", "context", "span")

    def __init__(self, instruments: ClientInstruments, span: Span, attributes: Attributes) -> None:
        self.span = span
        self.context = set_span_in_context(span)
        self._instruments = instruments
        self._attributes = dict(attributes)
        self._started = perf_counter()

    @failsafe
    def describe(self, attributes: Attributes) -> None:
        """Record what became known during the call.

        Args:
            attributes: for the span, and for the measurement those that it has.
        """
        self._attributes.update(attributes)
        self.span.set_attributes(attributes)

    @failsafe
    def fail(self, error_type: str, status_code: str | None = None, description: str | None = None) -> None:
        """Record that the call failed.

        Args:
            error_type: the server's code, or the exception's class where there is none.
            status_code: a database's code.
            description: for people; must hold nothing that the application sent, as a server
                quotes keys, values and documents in what it answers.
        """
        if status_code is not None:
            self.describe({DB_RESPONSE_STATUS_CODE: status_code})
        self.describe({ERROR_TYPE: error_type})
        self.span.set_status(Status(StatusCode.ERROR, description and description[:_DESCRIPTION_LIMIT]))

    @failsafe
    def end(self) -> None:
        """End the call; nothing can be recorded on it any more."""
        try:
            self._measure(perf_counter() - self._started)
        finally:
            self.span.end()

    def _measure(self, seconds: float) -> None:
        known = self._attributes
        measured = {name: known[name] for name in self._instruments.measured if name in known}
        # The context holds the span, so that an exemplar leads to the trace.
        self._instruments.duration.record(seconds, measured, context=self.context)


@failsafe
def start_call(instruments: ClientInstruments, name: str, attributes: Attributes) -> ClientCall:
    """Start a call under the current span.

    Args:
        instruments: the instrumentation's.
        name: of the span, of low cardinality; cut off where it is too long.
        attributes: known before the call, so that a sampler can decide by them.

    Returns:
        The call, or `None` where a sampler or span processor raised.
    """
    span = instruments.tracer.start_span(name[:NAME_LIMIT], kind=SpanKind.CLIENT, attributes=attributes)
    return ClientCall(instruments, span, attributes)


@failsafe
def run_hook(hook: Callable[..., None] | None, *arguments: object) -> None:
    """Call a hook of the application, if there is one; what it raises goes no further.

    Args:
        hook: the application's.
        arguments: as the hook's signature says.
    """
    if hook is not None:
        hook(*arguments)


@failsafe_async
async def run_hook_async(hook: Callable[..., Awaitable[None]] | None, *arguments: object) -> None:
    """Await a hook of the application, if there is one; what it raises goes no further.

    Args:
        hook: the application's.
        arguments: as the hook's signature says.
    """
    if hook is not None:
        await hook(*arguments)
