"""Owns one call to a database: its client span from start to end.

The PyMongo and Redis instrumentations describe a command; a `ClientCall` records it, so that a
command is one span and, where durations are measured, one measurement. Errors become attributes
and a status, never span events: whoever handles the exception reports it.
https://opentelemetry.io/docs/specs/semconv/db/database-spans/
https://opentelemetry.io/docs/specs/semconv/general/recording-errors/
"""

from collections.abc import Callable, Mapping

from opentelemetry.semconv.attributes.db_attributes import DB_RESPONSE_STATUS_CODE
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.schemas import Schemas
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, TracerProvider, get_tracer

from otel_distro.failsafe import failsafe
from otel_distro.version import VERSION

Attributes = Mapping[str, str | int]

QUERY_TEXT_LIMIT = 1024
"""The most characters of `db.query.text`."""

NAME_LIMIT = 255
"""The most characters of a span's name or of an operation's."""

_DESCRIPTION_LIMIT = 255
_SCHEMA = list(Schemas)[-1].value


def create_tracer(scope: str, tracer_provider: TracerProvider | None) -> Tracer:
    """Create the tracer of a database instrumentation.

    Args:
        scope: the instrumentation's module name.
        tracer_provider: where spans go; `None` for the global one.
    """
    return get_tracer(scope, VERSION, tracer_provider, schema_url=_SCHEMA)


class ClientCall:
    """A call under way.

    Args:
        span: its client span, started.
    """

    __slots__ = ("span",)

    def __init__(self, span: Span) -> None:
        self.span = span

    @failsafe
    def fail(self, error_type: str, status_code: str | None = None, description: str | None = None) -> None:
        """Record that the call failed.

        Args:
            error_type: the database's code, or the exception's class where there is none.
            status_code: the database's code.
            description: for people; must hold nothing that the application sent, as a server
                quotes keys, values and documents in what it answers.
        """
        if status_code is not None:
            self.span.set_attribute(DB_RESPONSE_STATUS_CODE, status_code)
        self.span.set_attribute(ERROR_TYPE, error_type)
        self.span.set_status(Status(StatusCode.ERROR, description and description[:_DESCRIPTION_LIMIT]))

    @failsafe
    def end(self) -> None:
        """End the call; nothing can be recorded on it any more."""
        self.span.end()


@failsafe
def start_call(tracer: Tracer, name: str, attributes: Attributes) -> ClientCall:
    """Start a call under the current span.

    Args:
        tracer: the instrumentation's.
        name: of the span, of low cardinality; cut off where it is too long.
        attributes: known before the call, so that a sampler can decide by them.

    Returns:
        The call, or `None` where a sampler or span processor raised.
    """
    span = tracer.start_span(name[:NAME_LIMIT], kind=SpanKind.CLIENT, attributes=attributes)
    return ClientCall(span)


@failsafe
def run_hook(hook: Callable[..., None] | None, *arguments: object) -> None:
    """Call a hook of the application, if there is one; what it raises goes no further.

    Args:
        hook: the application's.
        arguments: as the hook's signature says.
    """
    if hook is not None:
        hook(*arguments)
