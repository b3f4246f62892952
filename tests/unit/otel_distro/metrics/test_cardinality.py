"""The series of a metric are bounded, and every count is in one of them (traps: Metrics 1)."""

import threading
import tracemalloc
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics._internal import metric_reader_storage
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.metrics.view import View

from otel_distro.metrics.cardinality import OVERFLOW, SERIES_LIMIT, configure_cardinality_limit

Points = list[Any]


class Meters:
    """A provider and what it collects."""

    def __init__(self, *views: View) -> None:
        self._reader = InMemoryMetricReader()
        self.provider = MeterProvider([self._reader], shutdown_on_exit=False, views=views)
        self.meter = self.provider.get_meter("callers")

    def points(self) -> Points:
        """Return the data points of the one metric."""
        data = self._reader.get_metrics_data()
        assert data is not None
        return list(data.resource_metrics[0].scope_metrics[0].metrics[0].data.data_points)


@pytest.fixture(autouse=True)
def limited(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bound the series of providers that the test creates."""
    name = "_ViewInstrumentMatch"
    monkeypatch.setattr(metric_reader_storage, name, getattr(metric_reader_storage, name))
    configure_cardinality_limit()


def test_ten_thousand_attribute_sets() -> None:
    """They make 2,001 series, of which one holds all others, and the total is preserved."""
    meters = Meters()
    counter = meters.meter.create_counter("requests")

    for caller in range(10_000):
        counter.add(1, {"caller": caller})

    points = meters.points()
    assert len(points) == SERIES_LIMIT + 1
    assert sum(point.value for point in points) == 10_000
    (overflow,) = [point for point in points if point.attributes == OVERFLOW]
    assert overflow.value == 8_000
    counter.add(1, {"caller": 5})
    assert [point.value for point in meters.points() if point.attributes == {"caller": 5}] == [2]


def test_memory_stays_flat() -> None:
    """Beyond the bound, another attribute set costs nothing that stays."""
    counter = Meters().meter.create_counter("requests")
    for caller in range(3_000):
        counter.add(1, {"caller": caller})
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]

    for caller in range(3_000, 13_000):
        counter.add(1, {"caller": caller})

    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 50_000


def test_histograms_and_threads() -> None:
    """Every measurement counts, from many threads at once."""
    meters = Meters()
    histogram = meters.meter.create_histogram("seconds")

    def measure(worker: int) -> None:
        for number in range(2_000):
            histogram.record(1, {"caller": f"{worker}-{number}"})

    threads = [threading.Thread(target=measure, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    points = meters.points()
    assert len(points) == SERIES_LIMIT + 1
    assert sum(point.count for point in points) == 8_000


def test_a_view_that_drops_the_attribute_makes_room() -> None:
    """Series are counted as a view leaves them."""
    meters = Meters(View(instrument_name="requests", attribute_keys={"method"}))
    counter = meters.meter.create_counter("requests")

    for caller in range(5_000):
        counter.add(1, {"caller": caller, "method": "GET"})

    (point,) = meters.points()
    assert (point.attributes, point.value) == ({"method": "GET"}, 5_000)
