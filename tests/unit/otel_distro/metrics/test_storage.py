"""A forked child's metrics, and the first measurement of a process."""

from typing import Any

from opentelemetry.metrics import NoOpMeterProvider
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader

from otel_distro.metrics.storage import on_first_measurement, renew_storage


def values(reader: InMemoryMetricReader) -> dict[str, list[Any]]:
    """Return the values of each metric's points."""
    data: Any = reader.get_metrics_data()
    scopes = [scope for resource in data.resource_metrics for scope in resource.scope_metrics] if data else []
    metrics = [metric for scope in scopes for metric in scope.metrics]
    return {metric.name: [point.value for point in metric.data.data_points] for metric in metrics}


def test_renewed_storage_counts_from_zero_and_keeps_what_stood_at_zero() -> None:
    """The parent's counts are its own; its series that were made at zero exist in the child (Processes 2)."""
    reader = InMemoryMetricReader()
    provider = MeterProvider(metric_readers=[reader], shutdown_on_exit=False)
    meter = provider.get_meter("test")
    used, unused = meter.create_counter("used"), meter.create_counter("unused")
    used.add(5)
    unused.add(0, {"kind": "a"})

    renew_storage(provider)
    assert values(reader) == {"unused": [0]}
    used.add(1)

    assert values(reader) == {"used": [1], "unused": [0]}


def test_renewed_locks_are_free() -> None:
    """A lock that another thread of the parent held stops nobody in the child (Processes 4)."""
    reader = InMemoryMetricReader()
    provider = MeterProvider(metric_readers=[reader], shutdown_on_exit=False)
    meter: Any = provider.get_meter("test")
    meter._instrument_registration_lock.acquire()
    provider._measurement_consumer._lock.acquire()  # pyright: ignore[reportAttributeAccessIssue]

    renew_storage(provider)
    meter.create_counter("counter").add(1)

    assert values(reader) == {"counter": [1]}


def test_first_measurement_is_told_once_and_counted() -> None:
    """It is not lost for being the first."""
    reader = InMemoryMetricReader()
    provider = MeterProvider(metric_readers=[reader], shutdown_on_exit=False)
    told: list[int] = []
    on_first_measurement(provider, lambda: told.append(1))
    counter = provider.get_meter("test").create_counter("counter")

    counter.add(1)
    counter.add(1)

    assert (told, values(reader)) == ([1], {"counter": [2]})


def test_other_providers_are_left_alone() -> None:
    """A provider that is not the SDK's has no such storage."""
    on_first_measurement(NoOpMeterProvider(), lambda: None)
    renew_storage(NoOpMeterProvider())
