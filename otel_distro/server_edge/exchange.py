"""Owns one request from its first byte to its last: span, measurements, log records.

Created by `edge.py` for each request. Measurement stops at the last message of the response, so a
background task that follows it is not counted as time that the caller waited. A response of 500
and above keeps its span open until the application returns, because the exception that caused it
arrives only then; the span still ends at the time of the last message.
https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
"""

from time import perf_counter, time_ns
from typing import Any

from opentelemetry.context import Context
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.http_attributes import (
    HTTP_REQUEST_METHOD,
    HTTP_RESPONSE_STATUS_CODE,
    HTTP_ROUTE,
)
from opentelemetry.semconv.attributes.url_attributes import URL_SCHEME
from opentelemetry.trace import Span, StatusCode

from otel_distro.failsafe import failsafe
from otel_distro.identity import identity_of
from otel_distro.logs.reported import is_logged, mark_reported
from otel_distro.server_edge.instruments import EdgeInstruments
from otel_distro.server_edge.options import EdgeOptions
from otel_distro.server_edge.records import emit_access_record, emit_exception_record
from otel_distro.server_edge.request_attributes import OTHER_METHOD, AttributeValue

INCOMPLETE_RESPONSE = "incomplete_response"
CLIENT_DISCONNECTED = "otel_distro.client_disconnected"


def span_method(attributes: dict[str, AttributeValue]) -> str:
    """Return the method as span names show it: `HTTP` stands for an unknown one."""
    method = str(attributes[HTTP_REQUEST_METHOD])
    return "HTTP" if method == OTHER_METHOD else method


class Exchange:
    """One HTTP request, or one WebSocket connection, and its response.

    Args:
        options: the choices in force.
        instruments: what is recorded with.
        scope: the ASGI scope; the router leaves the matched route in it.
        span: the server span; one that records nothing for an excluded path.
        context: holds the span.
        bounded: the attributes that metrics may have.
        attributes: the attributes that the span has.
        traced: whether the path is traced at all.
    """

    def __init__(
        self,
        options: EdgeOptions,
        instruments: EdgeInstruments,
        scope: dict[str, Any],
        span: Span,
        context: Context,
        bounded: dict[str, AttributeValue],
        attributes: dict[str, AttributeValue],
        *,
        traced: bool,
    ) -> None:
        self.span = span
        self.context = context
        self.scope = scope
        self._options = options
        self._instruments = instruments
        self._bounded = bounded
        self._attributes = attributes
        self._traced = traced
        self._measured = scope["type"] == "http"
        self._method = span_method(bounded)
        self._started = perf_counter()
        self._seconds: float | None = None
        self._ended_at: int | None = None
        self._status: int | None = None
        self._disconnected = False
        self._finished = False
        self._count_active(1)

    def answered_with(self, status: int) -> None:
        """Note the status code of the response, or of the WebSocket's handshake."""
        self._status = status

    def client_left(self) -> None:
        """Note that the client is gone."""
        self._disconnected = True

    @failsafe
    def response_sent(self) -> None:
        """Stop the measurement: the last message of the response has been sent."""
        self._stop()
        if self._status is not None and self._status < 500:
            self._finish(None)

    @failsafe
    def returned(self) -> None:
        """Finish at the latest now: the application has returned."""
        if not self._finished:
            self._finish(None)

    @failsafe
    def raised(self, error: BaseException) -> None:
        """Finish with the exception that left the application.

        One that comes after the end of the response, from a background task, still gets its log
        record under the span's ids.
        """
        if isinstance(error, self._options.disconnects):
            self._disconnected = True
            self.returned()
        elif self._finished:
            self._report(error)
        else:
            self._finish(error)

    def _stop(self) -> None:
        if self._seconds is None:
            self._seconds = perf_counter() - self._started
            self._ended_at = time_ns()

    def _finish(self, error: BaseException | None) -> None:
        self._finished = True
        self._stop()
        outcome = self._outcome(error)
        self._bounded.update(outcome)
        self._attributes.update(outcome, **identity_of(self.span))
        self._measure()
        if self._traced:
            self._close_span(outcome, error)

    def _outcome(self, error: BaseException | None) -> dict[str, AttributeValue]:
        outcome: dict[str, AttributeValue] = {}
        status = self._status
        if status is None and error is not None and self._measured:
            # A server answers 500 for an application that raised before it answered.
            status = 500
        if status is not None:
            outcome[HTTP_RESPONSE_STATUS_CODE] = status
        if route := self._route():
            outcome[HTTP_ROUTE] = route
        if error_type := self._error_type(error, status):
            outcome[ERROR_TYPE] = error_type
        return outcome

    @failsafe
    def _route(self) -> str | None:
        return self._options.route_of(self.scope)

    def _error_type(self, error: BaseException | None, status: int | None) -> str | None:
        if error is not None:
            cls = type(error)
            return (
                cls.__qualname__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__qualname__}"
            )
        if status is not None and status >= 500:
            return str(status)
        unanswered = self._measured and status is None and not self._disconnected
        return INCOMPLETE_RESPONSE if unanswered else None

    def _measure(self) -> None:
        self._count_active(-1)
        if self._measured:
            self._instruments.duration.record(self._duration, self._bounded, context=self.context)

    @property
    def _duration(self) -> float:
        return self._seconds or 0.0

    def _count_active(self, change: int) -> None:
        if self._measured:
            attributes = {key: self._bounded[key] for key in (HTTP_REQUEST_METHOD, URL_SCHEME)}
            self._instruments.active_requests.add(change, attributes, context=self.context)

    def _close_span(self, outcome: dict[str, AttributeValue], error: BaseException | None) -> None:
        self.span.set_attributes(outcome)
        self._name_span(outcome.get(HTTP_ROUTE))
        if self._disconnected:
            self.span.set_attribute(CLIENT_DISCONNECTED, True)
        if ERROR_TYPE in outcome:
            self.span.set_status(StatusCode.ERROR)
        if error is not None:
            self._record_exception(error)
            self._report(error)
        self._record_access()
        self.span.end(self._ended_at)

    def _name_span(self, route: AttributeValue | None) -> None:
        # A hook may have named the span; only a name that is still ours is completed.
        if route is not None and getattr(self.span, "name", self._method) == self._method:
            self.span.update_name(f"{self._method} {route}")

    @failsafe
    def _record_exception(self, error: BaseException) -> None:
        # Calls the exception's own __str__, which may raise; the span must end all the same.
        self.span.record_exception(error)

    @failsafe
    def _report(self, error: BaseException) -> None:
        mark_reported(error)
        if self._traced and not is_logged(error):
            emit_exception_record(self._instruments.logger, self.context, self._attributes, error)

    @failsafe
    def _record_access(self) -> None:
        if self._options.access_records:
            emit_access_record(
                self._instruments.logger, self.context, self._method, self._attributes, self._duration
            )
