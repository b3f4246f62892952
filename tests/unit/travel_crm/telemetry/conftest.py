"""The service's instruments over an SDK of the test's own, as an exporter would see them."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from opentelemetry import metrics
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, NumberDataPoint

Series = dict[frozenset[tuple[str, object]], float]


@dataclass(frozen=True)
class Collected:
    """What a reader collects."""

    reader: InMemoryMetricReader

    def series(self, name: str) -> Series:
        """Return the values of an instrument by their attributes."""
        data = self.reader.get_metrics_data()
        found = [
            metric
            for resource in (data.resource_metrics if data else [])
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == name
        ]
        points = [point for metric in found for point in metric.data.data_points]
        return {
            frozenset((point.attributes or {}).items()): point.value
            for point in points
            if isinstance(point, NumberDataPoint)
        }


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collected]:
    """Let the service's instruments be made by a provider that is gone afterwards."""
    reader = InMemoryMetricReader()
    provider = MeterProvider([reader], shutdown_on_exit=False)
    monkeypatch.setattr(metrics, "get_meter", provider.get_meter)
    yield Collected(reader)
    provider.shutdown()


def labels(**attributes: str) -> frozenset[tuple[str, object]]:
    """Return the key of a series."""
    return frozenset(attributes.items())
