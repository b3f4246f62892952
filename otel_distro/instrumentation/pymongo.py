"""Instruments PyMongo: one client span and one measurement a command, of sync and async clients.

`distro.py` loads `DistroPymongoInstrumentor` in place of contrib's, whose arguments and hooks hold.
PyMongo hands a listener to clients when they are made: one that existed before is not seen. The
spans follow the stable conventions whatever the environment says. As MongoDB asks of its drivers,
commands that log in and the driver's own housekeeping make none.
https://opentelemetry.io/docs/specs/semconv/db/mongodb/
"""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from threading import current_thread
from typing import Any

from opentelemetry.instrumentation.pymongo import PymongoInstrumentor
from opentelemetry.instrumentation.utils import is_instrumentation_enabled
from opentelemetry.semconv.attributes.db_attributes import DB_QUERY_TEXT
from opentelemetry.trace import Span
from pymongo import monitoring
from pymongo.monitoring import CommandFailedEvent, CommandStartedEvent, CommandSucceededEvent

from otel_distro.failsafe import failsafe
from otel_distro.instrumentation.client_call import (
    QUERY_TEXT_LIMIT,
    ClientCall,
    run_hook,
    start_call,
)
from otel_distro.instrumentation.client_instruments import ClientInstruments, create_database_instruments
from otel_distro.instrumentation.mongodb_commands import (
    Failure,
    collection_of,
    command_attributes,
    failure_of,
    span_name,
    write_failure_of,
)
from otel_distro.instrumentation.mongodb_statement import statement_of
from otel_distro.instrumentation.pending_calls import PendingCalls

_DRIVERS_SENDERS = "pymongo_"


@dataclass(frozen=True)
class PymongoOptions:
    """What an application may choose.

    Args:
        request_hook: called with span and event when a command is sent.
        response_hook: called with span and event when it succeeded.
        failed_hook: called with span and event when it failed.
        capture_statement: whether spans carry the command's text, its values replaced.
    """

    request_hook: Callable[[Span, CommandStartedEvent], None] | None = None
    response_hook: Callable[[Span, CommandSucceededEvent], None] | None = None
    failed_hook: Callable[[Span, CommandFailedEvent], None] | None = None
    capture_statement: bool = False


class CommandSpans(monitoring.CommandListener):
    """Makes a span and a measurement of each command that PyMongo tells of.

    Args:
        instruments: what commands are recorded with.
        options: the application's choices.
    """

    def __init__(self, instruments: ClientInstruments, options: PymongoOptions) -> None:
        self.enabled = True
        self.instruments = instruments
        self.options = options
        self._pending = PendingCalls()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._pending.clear)

    @failsafe
    def started(self, event: CommandStartedEvent) -> None:
        """Start a command's span.

        Args:
            event: PyMongo's; one with credentials comes without its command and is left out.
        """
        if not self.enabled or not event.command or not is_instrumentation_enabled():
            return
        if _is_housekeeping(event):
            return
        attributes = command_attributes(event)
        call = start_call(self.instruments, span_name(attributes), attributes)
        if call is None:
            return
        if self.options.capture_statement and call.span.is_recording():
            collection = collection_of(event.command_name, event.command)
            call.span.set_attribute(DB_QUERY_TEXT, statement_of(event.command, collection, QUERY_TEXT_LIMIT))
        run_hook(self.options.request_hook, call.span, event)
        self._pending.add(event.request_id, call)

    @failsafe
    def succeeded(self, event: CommandSucceededEvent) -> None:
        """End the span of a command that MongoDB answered.

        Args:
            event: PyMongo's.
        """
        call = self._pending.take(event.request_id)
        if call is None:
            return
        try:
            failure = write_failure_of(event.command_name, event.reply)
            if failure is not None:
                _fail(call, failure)
            run_hook(self.options.response_hook, call.span, event)
        finally:
            call.end()

    @failsafe
    def failed(self, event: CommandFailedEvent) -> None:
        """End the span of a command that failed.

        Args:
            event: PyMongo's.
        """
        call = self._pending.take(event.request_id)
        if call is None:
            return
        try:
            _fail(call, failure_of(event.failure))
            run_hook(self.options.failed_hook, call.span, event)
        finally:
            call.end()


def _fail(call: ClientCall, failure: Failure) -> None:
    call.fail(failure.error_type, failure.code, failure.description)


def _is_housekeeping(event: CommandStartedEvent) -> bool:
    """Say whether the driver sends a command on its own account.

    It ends its sessions when a client is closed, and clears cursors that nobody closed: in an
    async client from a task that keeps the context of the request that first used the client.
    """
    if event.command_name == "killCursors":
        return _sender().startswith(_DRIVERS_SENDERS)
    return event.command_name == "endSessions"


def _sender() -> str:
    try:
        task = asyncio.current_task()
    except RuntimeError:
        task = None
    return current_thread().name if task is None else task.get_name()


class DistroPymongoInstrumentor(PymongoInstrumentor):
    """Instruments PyMongo's clients made from here on, with contrib's arguments."""

    # Without one of its own, this class would hand out contrib's instance where one exists.
    _instance = None
    _spans: CommandSpans | None = None

    def _instrument(self, **kwargs: Any) -> None:
        """Register the listener, once a process, as PyMongo takes none back.

        Args:
            **kwargs: `tracer_provider`, `request_hook`, `response_hook`, `failed_hook` and
                `capture_statement`, as contrib's; and `meter_provider`.
        """
        # An application that calls contrib's instrumentor itself gets this one: one span a command.
        PymongoInstrumentor._instance = self
        instruments = create_database_instruments(
            __name__, kwargs.get("tracer_provider"), kwargs.get("meter_provider")
        )
        options = PymongoOptions(
            request_hook=kwargs.get("request_hook"),
            response_hook=kwargs.get("response_hook"),
            failed_hook=kwargs.get("failed_hook"),
            capture_statement=bool(kwargs.get("capture_statement", False)),
        )
        if self._spans is None:
            self._spans = CommandSpans(instruments, options)
            monitoring.register(self._spans)
        self._spans.instruments, self._spans.options, self._spans.enabled = instruments, options, True

    def _uninstrument(self, **_kwargs: Any) -> None:
        if self._spans is not None:
            self._spans.enabled = False
