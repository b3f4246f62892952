"""Whatever is handed to a meter or an instrument, nothing raises, and the good measurements count."""

import asyncio
import io
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from opentelemetry.metrics import CallbackOptions, Observation
from opentelemetry.sdk.metrics.export import (
    ConsoleMetricExporter,
    InMemoryMetricReader,
    PeriodicExportingMetricReader,
)

from otel_distro.metrics.guarded_meter import GuardedMeterProvider
from otel_distro.otlp.surface import Surface
from tests.unit.otel_distro.otlp.hostile import VALUES, FakeScalar, Unshowable

LONGEST = 10.0
"""Seconds that one hostile value may take in all its places."""

each_value = pytest.mark.parametrize("make", VALUES.values(), ids=VALUES.keys())


class Recorded:
    """A guarded provider, what it has counted, and what it has collected."""

    def __init__(self) -> None:
        self.replaced = 0
        self._reader = InMemoryMetricReader()
        self.provider = GuardedMeterProvider(
            Surface(self._count), metric_readers=[self._reader], shutdown_on_exit=False
        )
        self.meter = self.provider.get_meter("zoo")

    def _count(self, values: int) -> None:
        self.replaced += values

    def collect(self) -> dict[str, list[Any]]:
        """Return the data points of each metric."""
        data = self._reader.get_metrics_data()
        assert data is not None
        return {
            metric.name: list(metric.data.data_points)
            for resource in data.resource_metrics
            for scope in resource.scope_metrics
            for metric in scope.metrics
        }


@pytest.fixture
def recorded() -> Iterator[Recorded]:
    """Record through a guarded provider, for one test."""
    recorded = Recorded()
    yield recorded
    recorded.provider.shutdown()


@each_value
def test_every_entry(recorded: Recorded, make: Any) -> None:
    """The value is handed to every parameter; good measurements on the same instruments count."""
    bad = make()
    began = time.perf_counter()

    meter = recorded.provider.get_meter(bad, bad, bad, {"bad": bad})
    for create in ("counter", "up_down_counter", "histogram", "gauge"):
        getattr(meter, f"create_{create}")(bad, bad, bad)
    for create in ("counter", "up_down_counter", "gauge"):
        getattr(meter, f"create_observable_{create}")(bad, bad, bad, bad)
    meter.create_histogram("advised", explicit_bucket_boundaries_advisory=bad).record(1)
    counter = recorded.meter.create_counter("counter")
    up_down = recorded.meter.create_up_down_counter("up_down")
    histogram = recorded.meter.create_histogram("histogram")
    gauge = recorded.meter.create_gauge("gauge")
    for record in (counter.add, up_down.add, histogram.record, gauge.set):
        record(1, {"neighbour": "good"})
        record(bad, bad, bad)
        record(bad)
        record(1, {"bad": bad, "neighbour": "good"}, bad)
        record(1, bad)
        record(1, {"neighbour": "good"})
    observed = [Observation(1, {"neighbour": "good"}), bad, Observation(bad, bad, bad)]
    for create in ("counter", "up_down_counter", "gauge"):
        callbacks = [lambda _: bad, lambda _: [*observed, Observation(2, {"neighbour": "too"})]]
        getattr(recorded.meter, f"create_observable_{create}")(f"observed_{create}", callbacks)
    points = recorded.collect()

    assert time.perf_counter() - began < LONGEST
    for name in ("counter", "up_down"):
        (neighbour,) = [point for point in points[name] if point.attributes == {"neighbour": "good"}]
        assert neighbour.value == 2
    assert any(point.attributes == {"neighbour": "good"} for point in points["gauge"])
    (measured,) = [point for point in points["histogram"] if point.attributes == {"neighbour": "good"}]
    assert measured.count == 2
    for create in ("counter", "up_down_counter", "gauge"):
        values = {point.value for point in points[f"observed_{create}"]}
        assert {1, 2} <= values


@pytest.mark.parametrize(
    ("amount", "sum_"),
    [
        ("x", 1),
        (None, 1),
        (Unshowable(), 1),
        (10**400, 1),
        (2**70, 1 + 2.0**70),
        (FakeScalar(5), 6),
        (True, 2),
    ],
)
def test_amounts(recorded: Recorded, amount: Any, sum_: float) -> None:
    """What is no number is left out and counted; what stands for one is that number."""
    counter = recorded.meter.create_counter("counter")

    counter.add(amount)
    counter.add(1)

    assert recorded.collect()["counter"][0].value == sum_
    assert recorded.replaced == (1 if sum_ == 1 else 0)


@pytest.mark.parametrize(
    ("name", "used"),
    [("orders placed", "orders_placed"), ("9lives", "unnamed_9lives"), ("", "unnamed_"), (5, "unnamed_5")],
)
def test_bad_names_are_mended(recorded: Recorded, name: Any, used: str) -> None:
    """An instrument with a bad name or unit counts under a name that is allowed."""
    recorded.meter.create_counter(name, unit="ü").add(3)

    assert recorded.collect()[used][0].value == 3
    assert recorded.replaced == 2


def half(_: CallbackOptions) -> Iterator[Observation]:
    """Raise after the first observation."""
    yield Observation(1, {"from": "half"})
    raise RuntimeError("no more")


def broken(_: CallbackOptions) -> Any:
    """Raise at once."""
    raise RuntimeError("nothing")


def endless(_: CallbackOptions) -> Iterator[Observation]:
    """Never end."""
    while True:
        yield Observation(3, {"from": "endless"})


def good(_: CallbackOptions) -> Any:
    """Observe as one should."""
    return [Observation(2, {"from": "good"})]


def generator() -> Any:
    """Observe as a generator that is sent its options."""
    yield
    while True:
        yield [Observation(4, {"from": "generator"})]


@pytest.mark.parametrize("raised", [asyncio.CancelledError, GeneratorExit, SystemExit, KeyboardInterrupt])
def test_a_callback_ends_no_thread(recorded: Recorded, raised: type[BaseException]) -> None:
    """What is no `Exception` costs that callback's observations alone, where a thread of ours calls it."""

    def ending(_: CallbackOptions) -> Iterator[Observation]:
        yield Observation(1, {"from": "ending"})
        raise raised

    recorded.meter.create_observable_gauge("level", [ending, good])
    with ThreadPoolExecutor(1) as threads:
        level = threads.submit(recorded.collect).result(10)["level"]

    assert {point.attributes["from"]: point.value for point in level} == {"ending": 1, "good": 2}


def test_callbacks_that_raise(recorded: Recorded) -> None:
    """What a callback yields before it raises is kept, and so are other callbacks' observations."""
    recorded.meter.create_observable_gauge("level", [half, broken, endless, good, generator()])

    for _ in range(2):
        found = {point.attributes["from"]: point.value for point in recorded.collect()["level"]}
        assert found == {"half": 1, "endless": 3, "good": 2, "generator": 4}


def test_the_same_instrument_twice(recorded: Recorded) -> None:
    """An instrument that is created again is the same one, guarded once."""
    first = recorded.meter.create_counter("counter")
    guarded = first.add
    second = recorded.meter.create_counter("counter")

    assert first is second
    assert second.add is guarded


def test_interrupts_pass(recorded: Recorded) -> None:
    """What is meant for the process passes."""

    class Interrupted:
        def __str__(self) -> str:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recorded.meter.create_counter("counter").add(1, {"bad": Interrupted()})  # type: ignore[dict-item]

    def interrupted(_: CallbackOptions) -> Any:
        raise KeyboardInterrupt

    recorded.meter.create_observable_gauge("level", [interrupted])
    with pytest.raises(KeyboardInterrupt):
        recorded.collect()


def test_a_callback_that_never_returns(capfd: pytest.CaptureFixture[str]) -> None:
    """Exit waits for a second, says what is lost, and goes on."""
    release = threading.Event()
    reader = PeriodicExportingMetricReader(ConsoleMetricExporter(io.StringIO()))
    provider = GuardedMeterProvider(Surface(lambda _: None), metric_readers=[reader], shutdown_on_exit=False)
    provider.get_meter("zoo").create_observable_gauge("stuck", [lambda _: [Observation(release.wait(60))]])
    began = time.monotonic()

    provider.shutdown()

    assert time.monotonic() - began < 5
    assert "a callback of an observable instrument did not return" in capfd.readouterr().err
    release.set()


class Answering(InMemoryMetricReader):
    """A reader that answers a flush as it is told, or fails."""

    def __init__(self, answer: bool | None) -> None:
        super().__init__()
        self.answer = answer
        self.timeouts: list[float] = []

    def force_flush(self, timeout_millis: float = 10_000) -> bool:
        """Answer."""
        self.timeouts.append(timeout_millis)
        if self.answer is None:
            raise RuntimeError("no")
        return self.answer


@pytest.mark.parametrize(
    ("answers", "expected"), [((True, True), True), ((True, False), False), ((None, True), False)]
)
def test_a_flush_answers_what_its_readers_say(answers: tuple[bool | None, ...], expected: bool) -> None:
    """Trap Delivery 1: a flush that did not succeed is none, and raises nothing; all readers are asked."""
    readers = [Answering(answer) for answer in answers]
    provider = GuardedMeterProvider(Surface(lambda _: None), metric_readers=readers, shutdown_on_exit=False)

    assert provider.force_flush(500) is expected
    assert all(len(reader.timeouts) == 1 and reader.timeouts[0] <= 500 for reader in readers)
    provider.shutdown()
