"""Whatever is handed to a tracer or span, nothing raises, and the good neighbours arrive."""

import asyncio
import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk import trace as sdk_trace
from opentelemetry.sdk.trace import SpanProcessor
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import Sampler, SamplingResult
from opentelemetry.trace import Link, SpanContext, Status, StatusCode, TraceFlags

from otel_distro.otlp.spans import encode_spans
from otel_distro.otlp.surface import Surface
from otel_distro.trace.current_span import use_span
from otel_distro.trace.guarded_span import GuardedSpan
from otel_distro.trace.guarded_tracer import GuardedTracerProvider
from tests.unit.otel_distro.otlp.hostile import VALUES, Unshowable, UnshowableError, deep_list

CONTEXT = SpanContext(1, 2, is_remote=False, trace_flags=TraceFlags(1))
LONGEST = 10.0
"""Seconds that one hostile value may take in all its places; unbounded, it takes minutes or for ever."""

each_value = pytest.mark.parametrize("make", VALUES.values(), ids=VALUES.keys())


class Recorded:
    """A guarded provider, what it has counted, and what would leave the process."""

    def __init__(self) -> None:
        self.replaced = 0
        self._exporter = InMemorySpanExporter()
        self.provider = GuardedTracerProvider(Surface(self._count), shutdown_on_exit=False)
        self.provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.tracer: Any = self.provider.get_tracer("zoo")

    def _count(self, values: int) -> None:
        self.replaced += values

    @property
    def spans(self) -> Any:
        """The spans as a Collector sees them."""
        payload = encode_spans(self._exporter.get_finished_spans()).payload
        groups = ExportTraceServiceRequest.FromString(payload).resource_spans
        return [span for group in groups for scope in group.scope_spans for span in scope.spans]


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorded]:
    """Record through guarded spans, for one test."""
    monkeypatch.setattr(sdk_trace, "_Span", GuardedSpan)
    monkeypatch.setattr(trace, "use_span", use_span)
    recorded = Recorded()
    yield recorded
    recorded.provider.shutdown()


def texts(holder: Any) -> dict[str, str]:
    """Return the attributes of a span, event or link that are text."""
    return {pair.key: pair.value.string_value for pair in holder.attributes}


@each_value
def test_every_entry(recorded: Recorded, make: Any) -> None:
    """The value is handed to every parameter of every method; what stands beside it is kept."""
    bad = make()
    mixed = {"before": "good", "bad": bad, "after": "good"}
    began = time.perf_counter()

    tracer = recorded.provider.get_tracer(bad, bad, bad, {"bad": bad})
    tracer.start_span(bad, bad, bad, bad, bad, bad, bad, bad).end(bad)
    links = [Link(CONTEXT, mixed), bad, Link(bad, bad), Link(CONTEXT, {"link": "good"})]
    span = recorded.tracer.start_span("zoo", attributes=mixed, links=links)
    span.set_attribute("one", bad)
    span.set_attribute(bad, "good")
    span.set_attributes({"first": "good", "bad too": bad, "last": "good"})
    span.set_attributes(bad)
    span.add_event(bad, bad, bad)
    span.add_event("good", mixed)
    span.add_link(bad, bad)
    span.add_link(CONTEXT, mixed)
    span.record_exception(bad, bad, bad, bad)
    span.record_exception(UnshowableError(bad), mixed)
    span.set_status(bad, bad)
    span.set_status(StatusCode.ERROR, bad)
    span.update_name(bad)
    span.update_name("zoo")
    span.end(bad)
    with recorded.tracer.start_as_current_span("neighbour"):
        pass

    assert time.perf_counter() - began < LONGEST
    found = {span.name: span for span in recorded.spans}
    assert "neighbour" in found
    zoo = found["zoo"]
    assert {"before", "after", "first", "last", "one", "bad"} <= set(texts(zoo))
    assert [texts(zoo)[key] for key in ("before", "after", "first", "last")] == ["good"] * 4
    good = next(event for event in zoo.events if event.name == "good")
    assert (texts(good)["before"], texts(good)["after"]) == ("good", "good")
    assert [texts(link).get("after") or texts(link).get("link") for link in zoo.links] == ["good"] * 3
    exception = next(event for event in reversed(zoo.events) if event.name == "exception")
    assert texts(exception)["exception.type"].endswith("UnshowableError")
    assert texts(exception)["after"] == "good"
    assert zoo.status.code == Status(StatusCode.ERROR).status_code.value


def test_what_is_replaced_is_counted(recorded: Recorded) -> None:
    """Each value that could not be kept counts once, and a good one not at all."""
    span = recorded.tracer.start_span("name", attributes={"a": 1, "b": "x", "c": 0.5, "d": True})
    span.set_attribute("good", "x")
    assert recorded.replaced == 0

    span.set_attribute("bad", Unshowable())  # type: ignore[arg-type]
    span.set_attribute(5, "good")  # type: ignore[arg-type]
    span.update_name(7)  # type: ignore[arg-type]
    span.add_event("event", {"bad": Unshowable()})  # type: ignore[dict-item]
    span.end()

    (found,) = recorded.spans
    assert recorded.replaced == 4
    assert found.name == "7"
    assert texts(found)["5"] == "good"
    assert texts(found)["bad"] == "<Unshowable that cannot be shown>"


def test_too_many_attributes(recorded: Recorded, caplog: pytest.LogCaptureFixture) -> None:
    """Of 10,000 attributes the first are kept, the others are told to the receiver; nothing floods."""
    many = {f"key {number}": number for number in range(10_000)}

    span = recorded.tracer.start_span("many", attributes=many)
    span.add_event("many", many)
    span.end()

    (found,) = recorded.spans
    assert (len(found.attributes), found.dropped_attributes_count) == (128, 9_872)
    assert found.attributes[0].key == "key 0"
    (event,) = found.events
    assert (len(event.attributes), event.dropped_attributes_count) == (128, 9_872)
    assert recorded.replaced == 2 * 9_872
    assert not caplog.records


@pytest.mark.parametrize("how", ["start_as_current_span", "use_span", "with span", "decorator", "coroutine"])
def test_exception_stays_what_it_is(recorded: Recorded, how: str) -> None:
    """An exception whose `__str__` raises leaves a block as the application raised it."""
    tracer = recorded.tracer

    @tracer.start_as_current_span("block")
    def decorated() -> None:
        raise UnshowableError

    @tracer.start_as_current_span("block")
    async def coroutine() -> None:
        raise UnshowableError

    def run() -> None:
        if how == "start_as_current_span":
            with tracer.start_as_current_span("block"):
                raise UnshowableError
        elif how == "use_span":
            with trace.use_span(tracer.start_span("block"), end_on_exit=True):
                raise UnshowableError
        elif how == "with span":
            with tracer.start_span("block"):
                raise UnshowableError
        elif how == "decorator":
            decorated()
        else:
            asyncio.run(coroutine())

    with pytest.raises(UnshowableError):
        run()

    (found,) = recorded.spans
    assert found.status.message == "UnshowableError: <UnshowableError that cannot be shown>"
    assert [event.name for event in found.events] == ["exception"]


def test_ordinary_exception_is_recorded_as_before(recorded: Recorded) -> None:
    """Type, message, stack trace and status are those that the SDK writes."""
    with pytest.raises(ValueError, match="no luck"), recorded.tracer.start_as_current_span("block"):
        raise ValueError("no luck")

    (found,) = recorded.spans
    (event,) = found.events
    assert found.status.message == "ValueError: no luck"
    assert texts(event)["exception.type"] == "ValueError"
    assert texts(event)["exception.message"] == "no luck"
    assert texts(event)["exception.stacktrace"].endswith("ValueError: no luck\n")
    assert texts(event)["exception.escaped"] == "False"


def test_interrupts_pass(recorded: Recorded) -> None:
    """What is meant for the process passes, out of a value's own method too."""

    class Interrupted:
        def __str__(self) -> str:
            raise KeyboardInterrupt

    span = recorded.tracer.start_span("name")
    with pytest.raises(KeyboardInterrupt):
        span.set_attribute("bad", Interrupted())  # type: ignore[arg-type]
    span.end()
    with pytest.raises(KeyboardInterrupt), recorded.tracer.start_as_current_span("block"):
        raise KeyboardInterrupt
    assert {span.name for span in recorded.spans} == {"name", "block"}


def test_near_the_recursion_limit(recorded: Recorded) -> None:
    """A deep value in a deep call is replaced, and the call returns."""
    span = recorded.tracer.start_span("deep")

    def descend(levels: int) -> None:
        if levels:
            descend(levels - 1)
        else:
            span.set_attribute("bad", deep_list())

    descend(600)
    span.set_attribute("after", "good")
    span.end()

    assert texts(recorded.spans[0])["after"] == "good"


def test_attributes_that_change_meanwhile(recorded: Recorded) -> None:
    """Another thread may change a dictionary while it is read; here the SDK's warning of a key does."""
    attributes: dict[str, str | int] = {"": 1, "after": "good"}

    class Changing(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            attributes[f"new {len(attributes)}"] = 1

    handler = Changing()
    logging.getLogger("opentelemetry.attributes").addHandler(handler)
    span = recorded.tracer.start_span("changed", attributes=attributes)
    span.set_attributes(attributes)
    span.add_event("event", attributes)
    span.end()
    logging.getLogger("opentelemetry.attributes").removeHandler(handler)

    (found,) = recorded.spans
    assert texts(found)["after"] == texts(found.events[0])["after"] == "good"
    assert len(attributes) > 2


def test_a_span_that_cannot_start(recorded: Recorded) -> None:
    """It is counted, and what would be its children are its parent's."""

    class Raising(Sampler):
        def should_sample(self, *_arguments: Any, **_keywords: Any) -> SamplingResult:
            raise asyncio.CancelledError

        def get_description(self) -> str:
            return "raising"

    with recorded.tracer.start_as_current_span("parent"):
        sampler, recorded.tracer.sampler = recorded.tracer.sampler, Raising()
        with recorded.tracer.start_as_current_span("lost"):
            recorded.tracer.sampler = sampler
            recorded.tracer.start_span("child").end()

    found = {span.name: span for span in recorded.spans}
    assert found["child"].parent_span_id == found["parent"].span_id
    assert (set(found), recorded.replaced) == ({"child", "parent"}, 1)


def test_processors_that_raise(recorded: Recorded) -> None:
    """A foreign processor's exception stays with us."""

    class Raising(SpanProcessor):
        def on_start(self, span: Any, parent_context: Any = None) -> None:
            raise RuntimeError("not ours")

        def on_end(self, span: Any) -> None:
            raise RuntimeError("not ours")

    recorded.provider.add_span_processor(Raising())
    with recorded.tracer.start_as_current_span("name") as span:
        span.set_attribute("key", "value")
