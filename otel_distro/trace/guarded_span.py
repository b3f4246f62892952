"""The SDK's span, safe to call with anything.

The SDK's tracers make spans of this class once `configure_guarded_spans` was called; whatever reads
an SDK span reads these. Arguments of plain types reach the SDK's methods as they are; others are
made safe first, as the SDK would raise into the application.
https://opentelemetry.io/docs/specs/otel/error-handling/
"""

from types import TracebackType
from typing import Any, Final

from opentelemetry.sdk import trace
from opentelemetry.sdk.trace import (
    _Span,  # pyright: ignore[reportPrivateUsage] - what the SDK's tracer makes
)
from opentelemetry.semconv.attributes.exception_attributes import (
    EXCEPTION_ESCAPED,  # pyright: ignore[reportDeprecated] - the SDK writes it
)
from opentelemetry.trace import SpanContext, Status, StatusCode

from otel_distro.failsafe import failsafe
from otel_distro.otlp.exceptions import exception_attributes, exception_summary
from otel_distro.otlp.surface import PLAIN, Surface, is_plain_text, plain_copy

# Called for every attribute: `super()` would cost as much again as the look at the value.
_set_attribute: Final = _Span.set_attribute
_set_attributes: Final = _Span.set_attributes


class GuardedSpan(_Span):
    """A recording span. No method raises, and none is slow for the size of an argument."""

    surface: Surface = Surface(lambda _: None)
    """Set by the tracer; what happens before that, in a processor's `on_start`, is not counted."""

    def set_attribute(self, key: Any, value: Any) -> None:
        """Set an attribute; a value that cannot be kept is replaced."""
        if type(value) in PLAIN and type(key) is str:
            _set_attribute(self, key, value)
        else:
            self._set_safely(key, value)

    @failsafe
    def _set_safely(self, key: Any, value: Any) -> None:
        _set_attribute(self, *self.surface.attribute(key, value))

    def set_attributes(self, attributes: Any) -> None:
        """Set attributes; each value that cannot be kept is replaced."""
        copied = plain_copy(attributes, self._limits.max_span_attributes)
        if copied is None:
            self._set_all_safely(attributes)
        else:
            _set_attributes(self, copied)

    @failsafe
    def _set_all_safely(self, attributes: Any) -> None:
        most = self._limits.max_span_attributes
        # The SDK would make room for new attributes by dropping those that are there.
        room = None if most is None else max(most - len(self._attributes), 0)
        _set_attributes(self, self.surface.attributes(attributes, room) or {})

    @failsafe
    def add_event(self, name: Any, attributes: Any = None, timestamp: Any = None) -> None:
        """Add an event."""
        super().add_event(
            name if is_plain_text(name) else self.surface.text(name),
            self.surface.attributes(attributes, self._limits.max_event_attributes),
            self.surface.time(timestamp),
        )

    @failsafe
    def add_link(self, context: Any, attributes: Any = None) -> None:
        """Add a link to a span; one to anything else is left out."""
        if issubclass(type(context), SpanContext):
            super().add_link(context, self.surface.attributes(attributes, self._limits.max_link_attributes))
        else:
            self.surface.refuse()

    @failsafe
    def update_name(self, name: Any) -> None:
        """Name the span anew."""
        super().update_name(name if is_plain_text(name) else self.surface.text(name))

    @failsafe
    def set_status(self, status: Any, description: Any = None) -> None:
        """Set the status; what is none is left out."""
        if issubclass(type(status), Status):
            status, description = status.status_code, status.description
        if type(status) is not StatusCode:
            self.surface.refuse()
            return
        if description is not None and not is_plain_text(description):
            description = self.surface.text(description)
        super().set_status(status, description)

    @failsafe
    def record_exception(
        self, exception: Any, attributes: Any = None, timestamp: Any = None, escaped: Any = False
    ) -> None:
        """Add an event that tells of an exception, even one that cannot be shown."""
        left = self.surface.instance(escaped, bool, otherwise=False)
        recorded = {**exception_attributes(exception), EXCEPTION_ESCAPED: str(left)}  # pyright: ignore[reportDeprecated]
        given = self.surface.attributes(attributes, self._limits.max_event_attributes) or {}
        self.add_event("exception", {**recorded, **given}, timestamp)

    @failsafe
    def end(self, end_time: Any = None) -> None:
        """End the span, now unless a time is given."""
        super().end(end_time if end_time is None else self.surface.time(end_time))

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_val: BaseException | None,
        exc_tb: TracebackType | None,
    ) -> None:
        """End the span; an exception that leaves the block is recorded, and goes on as it is."""
        if exc_val is not None and self.is_recording():
            if self._record_exception:
                self.record_exception(exc_val, escaped=True)
            if self._set_status_on_exception:
                self.set_status(StatusCode.ERROR, exception_summary(exc_val))
        self.end()


def configure_guarded_spans() -> None:
    """Let the SDK's tracers make guarded spans from now on.

    The SDK finds the class by its name. To give each span another class afterwards would cost more
    than all its guards.
    """
    setattr(trace, "_Span", GuardedSpan)  # noqa: B010 - a private name
