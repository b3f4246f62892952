"""The PyMongo instrumentation keeps contrib's arguments and never harms the application."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.instrumentation.pymongo import PymongoInstrumentor
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import SpanKind, StatusCode
from pymongo import monitoring
from pymongo.monitoring import CommandFailedEvent, CommandStartedEvent, CommandSucceededEvent

from otel_distro.instrumentation.client_instruments import create_database_instruments
from otel_distro.instrumentation.pymongo import CommandSpans, DistroPymongoInstrumentor, PymongoOptions

ADDRESS = ("db", 27017)


class _Driver:
    """Sends events as PyMongo does."""

    def __init__(self, options: PymongoOptions, *, sampled: bool = True) -> None:
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider() if sampled else TracerProvider(sampler=ALWAYS_OFF)
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.reader = InMemoryMetricReader()
        instruments = create_database_instruments("scope", self.provider, MeterProvider([self.reader]))
        self.listener = CommandSpans(instruments, options)

    def start(self, command: dict[str, Any], key: int = 1) -> None:
        self.listener.started(CommandStartedEvent(command, "crm", key, ADDRESS, None))

    def succeed(self, name: str, reply: dict[str, Any] | None = None, key: int = 1) -> None:
        took = datetime.timedelta(milliseconds=1)
        self.listener.succeeded(CommandSucceededEvent(took, reply or {"ok": 1}, name, key, ADDRESS, None))

    def fail(self, name: str, failure: dict[str, Any], key: int = 1) -> None:
        took = datetime.timedelta(milliseconds=1)
        self.listener.failed(CommandFailedEvent(took, failure, name, key, ADDRESS, None))

    def spans(self) -> tuple[ReadableSpan, ...]:
        return self.exporter.get_finished_spans()

    def measurements(self) -> int:
        data = self.reader.get_metrics_data()
        points: list[Any] = [
            point
            for resource in (data.resource_metrics if data else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
            for point in metric.data.data_points
        ]
        return sum(point.count for point in points)


def test_command_is_one_client_span() -> None:
    """A command that succeeds is a client span under the current one, without its text."""
    driver = _Driver(PymongoOptions())

    with driver.provider.get_tracer("test").start_as_current_span("parent") as parent:
        driver.start({"find": "bookings", "filter": {"email": "secret"}})
        driver.succeed("find")

    span = driver.spans()[0]
    assert (span.name, span.kind, span.status.status_code) == (
        "find bookings",
        SpanKind.CLIENT,
        StatusCode.UNSET,
    )
    assert span.parent == parent.get_span_context()
    assert span.attributes == {
        "db.system.name": "mongodb",
        "db.operation.name": "find",
        "db.namespace": "crm",
        "db.collection.name": "bookings",
        "server.address": "db",
        "server.port": 27017,
    }


def test_failure_says_code_and_name_only() -> None:
    """What the server quotes of the command is not copied."""
    driver = _Driver(PymongoOptions())

    driver.start({"find": "bookings"})
    driver.fail("find", {"code": 2, "codeName": "BadValue", "errmsg": "unknown operator: $secret"})

    (span,) = driver.spans()
    assert span.attributes is not None
    assert (span.attributes["error.type"], span.attributes["db.response.status_code"]) == ("2", "2")
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, "BadValue")
    assert span.events == ()


def test_refused_write_is_a_failure() -> None:
    """MongoDB answers a duplicate key with success; the span tells the failure."""
    driver = _Driver(PymongoOptions())

    driver.start({"insert": "bookings", "documents": [{}]})
    driver.succeed("insert", {"ok": 1, "writeErrors": [{"code": 11000, "errmsg": "secret"}]})

    (span,) = driver.spans()
    assert (span.attributes or {})["error.type"] == "11000"
    assert span.status.status_code is StatusCode.ERROR


def test_statement_only_when_asked_and_without_values() -> None:
    """With `capture_statement` the shape is captured, and no value."""
    driver = _Driver(PymongoOptions(capture_statement=True))

    driver.start({"find": "bookings", "filter": {"email": "secret"}})
    driver.succeed("find")

    (span,) = driver.spans()
    assert (span.attributes or {})["db.query.text"] == '{"find": "bookings", "filter": {"email": "?"}}'


@pytest.mark.parametrize(
    "command",
    [
        {"saslStart": 1, "payload": b"secret"},
        {"saslContinue": 1},
        {"authenticate": 1},
        {"hello": 1, "speculativeAuthenticate": {}},
        {"endSessions": []},
    ],
)
def test_login_and_housekeeping_make_no_span(command: dict[str, Any]) -> None:
    """What the driver does for itself is not the application's command."""
    driver = _Driver(PymongoOptions())

    driver.start(command)
    driver.succeed(next(iter(command)))

    assert driver.spans() == ()


def test_suppressed_commands_make_no_span() -> None:
    """Under suppression nothing is recorded, and the span of before is ended all the same."""
    driver = _Driver(PymongoOptions())

    with suppress_instrumentation():
        driver.start({"find": "bookings"})
        driver.succeed("find")
    driver.start({"find": "bookings"}, key=2)
    with suppress_instrumentation():
        driver.succeed("find", key=2)

    assert len(driver.spans()) == 1


def test_hooks_get_span_and_event() -> None:
    """The hooks of contrib's instrumentation are called as there."""
    seen: list[tuple[str, str]] = []

    def request_hook(span: trace.Span, event: CommandStartedEvent) -> None:
        span.set_attribute("asked", event.command_name)

    def response_hook(span: trace.Span, event: CommandSucceededEvent) -> None:
        seen.append(("response", event.command_name))

    def failed_hook(span: trace.Span, event: CommandFailedEvent) -> None:
        seen.append(("failed", event.command_name))

    driver = _Driver(PymongoOptions(request_hook, response_hook, failed_hook))
    driver.start({"find": "bookings"})
    driver.succeed("find")
    driver.start({"ping": 1})
    driver.fail("ping", {})

    assert seen == [("response", "find"), ("failed", "ping")]
    assert [(span.attributes or {})["asked"] for span in driver.spans()] == ["find", "ping"]


def test_broken_hooks_cost_nothing() -> None:
    """A hook that raises changes neither the application nor the span."""

    def broken(span: trace.Span, event: object) -> None:
        raise RuntimeError("from the hook")

    driver = _Driver(PymongoOptions(broken, broken, broken))
    driver.start({"find": "bookings"})
    driver.succeed("find")
    driver.start({"find": "bookings"}, key=2)
    driver.fail("find", {"code": 1}, key=2)

    assert [span.name for span in driver.spans()] == ["find bookings", "find bookings"]


def test_hostile_events_raise_nothing() -> None:
    """Replies of the wrong shape end the span all the same."""
    driver = _Driver(PymongoOptions())

    driver.start({"insert": "bookings"})
    driver.succeed("insert", {"writeErrors": [7]})
    driver.start({"update": 7, "updates": "many"})
    driver.fail("update", {"code": "text", "errtype": 3})
    driver.succeed("find", key=99)

    assert len(driver.spans()) == 2


def test_unsampled_commands_are_measured() -> None:
    """A rate or a duration is that of all commands, whatever is traced."""
    driver = _Driver(PymongoOptions(), sampled=False)

    driver.start({"find": "bookings"})
    driver.succeed("find")

    assert driver.spans() == ()
    assert driver.measurements() == 1


@pytest.fixture
def listeners(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Give the instrumentors a process in which nothing was registered."""
    commands: list[Any] = []
    monkeypatch.setattr(monitoring, "_LISTENERS", monitoring._LISTENERS._replace(command_listeners=commands))
    monkeypatch.setattr(PymongoInstrumentor, "_instance", None)
    monkeypatch.setattr(DistroPymongoInstrumentor, "_instance", None)
    yield commands
    instrumentor = DistroPymongoInstrumentor()
    if instrumentor.is_instrumented_by_opentelemetry:
        instrumentor.uninstrument()


def test_instrumentor_registers_once_and_takes_new_hooks(listeners: list[Any]) -> None:
    """Instrumenting again after uninstrumenting adds no second listener, and its hooks hold."""
    instrumentor = DistroPymongoInstrumentor()

    instrumentor.instrument()
    instrumentor.uninstrument()
    assert not listeners[0].enabled
    instrumentor.instrument(capture_statement=True)

    (listener,) = listeners
    assert listener.enabled
    assert listener.options == PymongoOptions(capture_statement=True)


@pytest.mark.parametrize("contribs_exists", [False, True])
def test_contribs_instrumentor_is_ours(listeners: list[Any], contribs_exists: bool) -> None:
    """An application that instruments on its own gets no second span for each command."""
    if contribs_exists:
        PymongoInstrumentor()
    DistroPymongoInstrumentor().instrument()

    PymongoInstrumentor().instrument()

    assert isinstance(PymongoInstrumentor(), DistroPymongoInstrumentor)
    assert len(listeners) == 1
