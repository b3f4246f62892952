"""What a process depends on is measured: one gauge, one point for each dependency."""

import asyncio
import logging

import pytest
from opentelemetry import metrics
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, NumberDataPoint

from travel_crm import dependency_watch
from travel_crm.background import running_beside
from travel_crm.dependency_watch import DependencyWatch
from travel_crm.probing import Probe

pytestmark = pytest.mark.anyio


@pytest.fixture
def reader(monkeypatch: pytest.MonkeyPatch) -> InMemoryMetricReader:
    """Return what collects the watch's gauge."""
    reader = InMemoryMetricReader()
    monkeypatch.setattr(metrics, "get_meter", MeterProvider([reader]).get_meter)
    monkeypatch.setattr(dependency_watch, "_SECONDS_BETWEEN_PROBES", 0.01)
    return reader


def _measured(reader: InMemoryMetricReader) -> dict[str, float]:
    data = reader.get_metrics_data()
    points = [
        (metric.name, point)
        for resource in (data.resource_metrics if data else [])
        for scope in resource.scope_metrics
        for metric in scope.metrics
        for point in metric.data.data_points
    ]
    assert {name for name, _ in points} <= {"travel_crm.dependency.up"}
    numbers = [point for _, point in points if isinstance(point, NumberDataPoint)]
    return {str((point.attributes or {})["dependency"]): point.value for point in numbers}


async def _until_measured(reader: InMemoryMetricReader, expected: dict[str, float]) -> None:
    async with asyncio.timeout(20):
        while _measured(reader) != expected:
            await asyncio.sleep(0.005)


async def test_each_dependency_is_up_or_down_by_itself(
    reader: InMemoryMetricReader, caplog: pytest.LogCaptureFixture
) -> None:
    """The one that fails is 0 until it answers again; what changed is logged, once."""
    down = True

    async def store() -> None:
        if down:
            raise ConnectionError

    async def redis() -> None:
        pass

    caplog.set_level(logging.INFO, "travel_crm.dependency_watch")
    async with running_beside(DependencyWatch({"mongodb": Probe(store), "redis": Probe(redis)}).run()):
        await _until_measured(reader, {"mongodb": 0, "redis": 1})
        down = False
        await _until_measured(reader, {"mongodb": 1, "redis": 1})

    assert caplog.messages == ["mongodb does not answer", "mongodb answers again"]


async def test_nothing_is_said_before_the_first_answer(reader: InMemoryMetricReader) -> None:
    """A process that has only just started has not found anything to be down."""

    async def hanging() -> None:
        await asyncio.Event().wait()

    async with running_beside(DependencyWatch({"mongodb": Probe(hanging)}).run()):
        await asyncio.sleep(0.02)
        assert _measured(reader) == {}
