"""Further names for metrics, at the moment of the scrape."""

from typing import Any

from otel_distro.metrics.aliases import with_aliases
from otel_distro.variables.metric_aliases import metric_aliases
from tests.unit.otel_distro.conftest import Telemetry


def collected(telemetry: Telemetry, text: str) -> dict[str, Any]:
    """Return the metrics of a collection with aliases, by name."""
    data = telemetry.metric_reader.get_metrics_data()
    assert data is not None
    metrics = with_aliases(data, metric_aliases(text)).resource_metrics[0].scope_metrics[0].metrics
    return {metric.name: metric for metric in metrics}


def points(metric: Any) -> list[tuple[dict[str, Any], Any]]:
    """Return attributes and value of each point."""
    return [(dict(point.attributes), point.value) for point in metric.data.data_points]


def test_copy_has_other_labels_and_the_original_stays(telemetry: Telemetry) -> None:
    """A label that is not renamed keeps its name."""
    counter = telemetry.meter_provider.get_meter("test").create_counter("requests")
    counter.add(2, {"http.route": "/bookings", "error.type": "500"})

    metrics = collected(telemetry, "requests=shop.requests{http.route:route}")

    assert points(metrics["requests"]) == [({"http.route": "/bookings", "error.type": "500"}, 2)]
    assert points(metrics["shop.requests"]) == [({"route": "/bookings", "error.type": "500"}, 2)]


def test_count_of_a_histogram_is_a_counter(telemetry: Telemetry) -> None:
    """It has no unit, and one point for each of the histogram's."""
    histogram = telemetry.meter_provider.get_meter("test").create_histogram("duration", "s")
    histogram.record(0.2, {"http.route": "/a"})
    histogram.record(0.3, {"http.route": "/a"})
    histogram.record(0.3, {"http.route": "/b"})

    made = collected(telemetry, "count(duration)=requests{http.route:route}")["requests"]

    assert points(made) == [({"route": "/a"}, 2), ({"route": "/b"}, 1)]
    assert (made.unit, made.data.is_monotonic) == ("", True)


def test_sum_has_one_point(telemetry: Telemetry) -> None:
    """All points of a counter, whatever their attributes."""
    active = telemetry.meter_provider.get_meter("test").create_up_down_counter("active")
    active.add(2, {"method": "GET"})
    active.add(1, {"method": "POST"})

    assert points(collected(telemetry, "sum(active)=connections")["connections"]) == [({}, 3)]


def test_what_does_not_fit_adds_nothing(telemetry: Telemetry) -> None:
    """No count of a counter, no sum of a histogram, nothing of what is not there."""
    meter = telemetry.meter_provider.get_meter("test")
    meter.create_counter("requests").add(1)
    meter.create_histogram("duration").record(1)

    metrics = collected(telemetry, "count(requests)=a;sum(duration)=b;nothing=c")

    assert set(metrics) == {"requests", "duration"}
