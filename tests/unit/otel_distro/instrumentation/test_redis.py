"""The Redis instrumentation keeps contrib's arguments and never harms the application."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
import redis.asyncio
import redis.asyncio.cluster
from opentelemetry import trace
from opentelemetry.instrumentation.redis import RedisInstrumentor
from opentelemetry.instrumentation.utils import suppress_instrumentation
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from otel_distro.instrumentation.redis import DistroRedisInstrumentor

Instrument = Callable[..., InMemorySpanExporter]


@pytest.fixture
def instrument(monkeypatch: pytest.MonkeyPatch) -> Iterator[Instrument]:
    """Instrument redis-py with arguments of one's own, and collect the spans."""
    monkeypatch.setattr(RedisInstrumentor, "_instance", None)
    monkeypatch.setattr(DistroRedisInstrumentor, "_instance", None)
    instrumentor = DistroRedisInstrumentor()

    def instrument(**arguments: Any) -> InMemorySpanExporter:
        exporter = InMemorySpanExporter()
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(exporter))
        instrumentor.instrument(tracer_provider=provider, **arguments)
        return exporter

    yield instrument
    if instrumentor.is_instrumented_by_opentelemetry:
        instrumentor.uninstrument()


@pytest.fixture(autouse=True)
def _no_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer each command with its own first argument, or raise it."""

    def answer(self: object, *args: Any, **_options: Any) -> Any:
        if isinstance(args[-1], BaseException):
            raise args[-1]
        return args[0]

    monkeypatch.setattr(redis.Redis, "_execute_command", answer)


def test_command_is_one_client_span(instrument: Instrument) -> None:
    """A command is a client span by the stable conventions, with no setting in the environment."""
    exporter = instrument()

    redis.Redis(host="cache", db=2).execute_command("SET", "key", "secret")

    (span,) = exporter.get_finished_spans()
    assert (span.name, span.kind, span.status.status_code) == ("SET", SpanKind.CLIENT, StatusCode.UNSET)
    assert span.parent is None
    assert span.attributes == {
        "db.system.name": "redis",
        "db.operation.name": "SET",
        "db.namespace": "2",
        "db.query.text": "SET ? ?",
        "server.address": "cache",
        "server.port": 6379,
    }


@pytest.mark.parametrize(
    ("error", "expected", "description"),
    [
        (
            redis.ResponseError("WRONGTYPE secret"),
            {"error.type": "WRONGTYPE", "db.response.status_code": "WRONGTYPE"},
            None,
        ),
        (redis.ConnectionError("refused"), {"error.type": "ConnectionError"}, "refused"),
        (ValueError("secret"), {"error.type": "ValueError"}, None),
        (KeyboardInterrupt(), {"error.type": "KeyboardInterrupt"}, None),
    ],
)
def test_error_is_recorded_and_raised_on(
    instrument: Instrument, error: BaseException, expected: dict[str, str], description: str | None
) -> None:
    """The application gets its own exception; the span gets its code and none of its words."""
    exporter = instrument()

    with pytest.raises(type(error)) as raised:
        redis.Redis().execute_command("SET", "key", error)

    assert raised.value is error
    (span,) = exporter.get_finished_spans()
    attributes = span.attributes or {}
    assert {name: attributes[name] for name in expected} == expected
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, description)
    assert span.events == ()


def test_hooks_get_what_contribs_get(instrument: Instrument) -> None:
    """The request hook runs within the current span, before the command; the response hook after."""
    seen: list[object] = []

    def request_hook(span: trace.Span, client: object, args: Any, kwargs: Any) -> None:
        seen.append((trace.get_current_span() is span, type(client).__name__, args, kwargs))

    def response_hook(span: trace.Span, client: object, response: object) -> None:
        seen.append((type(client).__name__, response))

    instrument(request_hook=request_hook, response_hook=response_hook)
    redis.Redis().execute_command("GET", "key", option=1)

    assert seen == [(True, "Redis", ("GET", "key"), {"option": 1}), ("Redis", "GET")]


def test_broken_hooks_cost_nothing(instrument: Instrument) -> None:
    """A hook that raises changes neither the answer nor the span."""

    def broken(*_arguments: object) -> None:
        raise RuntimeError("from the hook")

    exporter = instrument(request_hook=broken, response_hook=broken)

    assert redis.Redis().execute_command("GET", "key") == "GET"
    assert [span.status.status_code for span in exporter.get_finished_spans()] == [StatusCode.UNSET]


class _Hostile:
    def __str__(self) -> str:
        raise RuntimeError("no text")


def test_hostile_command_reaches_redis(instrument: Instrument) -> None:
    """A command that cannot be described is sent without a span."""
    exporter = instrument()
    hostile = _Hostile()

    assert redis.Redis().execute_command(hostile) is hostile
    assert exporter.get_finished_spans() == ()


def test_suppressed_commands_make_no_span(instrument: Instrument) -> None:
    """Under suppression the command is sent and nothing is recorded."""
    exporter = instrument()

    with suppress_instrumentation():
        assert redis.Redis().execute_command("GET", "key") == "GET"

    assert exporter.get_finished_spans() == ()


def test_waiting_without_a_parent_makes_no_span(instrument: Instrument) -> None:
    """A worker that waits for jobs leaves no traces of nothing; within a span its wait is one."""
    exporter = instrument()
    client = redis.Redis()

    client.execute_command("BLPOP", "jobs", 1)
    client.execute_command("XREADGROUP", "GROUP", "workers", "one")
    assert exporter.get_finished_spans() == ()

    with TracerProvider().get_tracer("test").start_as_current_span("job"):
        client.execute_command("BLPOP", "jobs", 1)
    assert [span.name for span in exporter.get_finished_spans()] == ["BLPOP"]


def test_cancelled_command_is_an_error(instrument: Instrument, monkeypatch: pytest.MonkeyPatch) -> None:
    """A command whose task is cancelled ends there, and the cancellation goes on."""
    exporter = instrument()

    async def never(self: object, *_args: object, **_options: object) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(redis.asyncio.Redis, "initialize", never)

    async def main() -> None:
        task = asyncio.create_task(redis.asyncio.Redis().execute_command("GET", "key"))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())

    (span,) = exporter.get_finished_spans()
    assert (span.attributes or {})["error.type"] == "CancelledError"


def test_uninstrument_leaves_nothing_behind(instrument: Instrument) -> None:
    """After uninstrumenting the methods are redis-py's own."""
    before = (
        redis.Redis.__dict__["execute_command"],
        redis.asyncio.cluster.ClusterPipeline.__dict__["execute"],
    )
    exporter = instrument()

    DistroRedisInstrumentor().uninstrument()
    redis.Redis().execute_command("GET", "key")

    after = redis.Redis.__dict__["execute_command"], redis.asyncio.cluster.ClusterPipeline.__dict__["execute"]
    assert after == before
    assert exporter.get_finished_spans() == ()


@pytest.mark.parametrize("contribs_exists", [False, True])
def test_contribs_instrumentor_is_ours(instrument: Instrument, contribs_exists: bool) -> None:
    """An application that instruments on its own gets no second span for each command."""
    if contribs_exists:
        RedisInstrumentor._instance = None
        RedisInstrumentor()
    exporter = instrument()

    RedisInstrumentor().instrument()
    redis.Redis().execute_command("GET", "key")

    assert len(exporter.get_finished_spans()) == 1
