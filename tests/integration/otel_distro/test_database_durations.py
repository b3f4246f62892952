"""`db.client.operation.duration` of PyMongo and redis-py against real servers."""

import asyncio
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
import redis
import redis.asyncio
from opentelemetry.instrumentation.pymongo import PymongoInstrumentor
from opentelemetry.instrumentation.redis import RedisInstrumentor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import format_trace_id
from pymongo import AsyncMongoClient, MongoClient, errors, monitoring

from otel_distro.instrumentation.pymongo import DistroPymongoInstrumentor
from otel_distro.instrumentation.redis import DistroRedisInstrumentor


class _Measured:
    """What was measured, and the tracer to make a request with."""

    def __init__(self) -> None:
        self.reader = InMemoryMetricReader()
        self.meter_provider = MeterProvider([self.reader])
        self.tracer_provider = TracerProvider()
        self.tracer = self.tracer_provider.get_tracer("test")

    def points(self, **wanted: str) -> list[Any]:
        """Return the points whose attributes, a dot for each underscore, have these values."""
        data = self.reader.get_metrics_data()
        found = [
            point
            for resource in (data.resource_metrics if data else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == "db.client.operation.duration"
            for point in metric.data.data_points
        ]
        expected = {name.replace("_", "."): value for name, value in wanted.items()}
        return [point for point in found if expected.items() <= dict(point.attributes or {}).items()]


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Measured]:
    """Instrument both drivers and hold the measurements."""
    monkeypatch.setattr(monitoring, "_LISTENERS", monitoring._LISTENERS._replace(command_listeners=[]))
    for instrumentor in (
        *(PymongoInstrumentor, DistroPymongoInstrumentor),
        *(RedisInstrumentor, DistroRedisInstrumentor),
    ):
        monkeypatch.setattr(instrumentor, "_instance", None)
    measured = _Measured()
    ours = (DistroPymongoInstrumentor(), DistroRedisInstrumentor())
    for instrumentor in ours:
        instrumentor.instrument(
            tracer_provider=measured.tracer_provider, meter_provider=measured.meter_provider
        )
    yield measured
    for instrumentor in ours:
        instrumentor.uninstrument()


def _exemplar_traces(point: Any) -> set[str]:
    return {format_trace_id(exemplar.trace_id) for exemplar in point.exemplars}


def test_mongodb_commands_are_measured(measured: _Measured, mongodb_server: str) -> None:
    """A command has one series by operation, collection, database and server; it leads to its trace."""
    database = f"test_{uuid4().hex}"
    with (
        MongoClient[dict[str, Any]](mongodb_server) as client,
        measured.tracer.start_as_current_span("request") as request,
    ):
        bookings = client[database]["bookings"]
        bookings.insert_many([{"number": number} for number in range(3)])
        for number in range(5):
            bookings.find_one({"number": number})

    (find,) = measured.points(db_operation_name="find")
    server = urlsplit(mongodb_server)
    assert find.count == 5
    assert find.attributes == {
        "db.system.name": "mongodb",
        "db.operation.name": "find",
        "db.collection.name": "bookings",
        "db.namespace": database,
        "server.address": server.hostname,
        "server.port": server.port,
    }
    assert 0 < find.sum < 5
    assert _exemplar_traces(find) == {format_trace_id(request.get_span_context().trace_id)}
    assert measured.points(db_operation_name="insert")[0].count == 1


def test_a_refused_write_is_measured_as_failed(measured: _Measured, mongodb_server: str) -> None:
    """A duplicate key is a series of its own, by the code."""
    with MongoClient[dict[str, Any]](mongodb_server) as client:
        customers = client[f"test_{uuid4().hex}"]["customers"]
        customers.create_index("email", unique=True)
        customers.insert_one({"email": "ada"})
        with pytest.raises(errors.DuplicateKeyError):
            customers.insert_one({"email": "ada"})

    (failed,) = measured.points(error_type="11000")
    assert failed.count == 1
    assert failed.attributes["db.collection.name"] == "customers"


def test_every_cancelled_command_is_measured(measured: _Measured, mongodb_server: str) -> None:
    """PyMongo says nothing of a cancelled command; it is counted all the same."""

    async def main() -> None:
        async with AsyncMongoClient[dict[str, Any]](mongodb_server) as client:
            bookings = client[f"test_{uuid4().hex}"]["bookings"]
            await bookings.find_one({})
            tasks = [asyncio.create_task(bookings.find_one({})) for _ in range(30)]
            while len(measured.points(db_operation_name="find")) == 0:
                await asyncio.sleep(0)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.sleep(0)
            ends = [task.cancelled() for task in tasks]
            assert any(ends)

    started = 0

    def count(_span: object, event: monitoring.CommandStartedEvent) -> None:
        nonlocal started
        started += event.command_name == "find"

    DistroPymongoInstrumentor().uninstrument()
    DistroPymongoInstrumentor().instrument(
        tracer_provider=measured.tracer_provider, meter_provider=measured.meter_provider, request_hook=count
    )
    asyncio.run(main())

    assert sum(point.count for point in measured.points(db_operation_name="find")) == started


def test_redis_commands_are_measured(measured: _Measured, redis_server: str) -> None:
    """Commands and pipelines of sync and async clients, failures apart; no key is an attribute."""

    async def main() -> None:
        async with redis.asyncio.Redis.from_url(redis_server) as client:
            await client.get("key")

    with (
        redis.Redis.from_url(redis_server) as client,
        measured.tracer.start_as_current_span("request") as request,
    ):
        client.set("key", "value")
        client.get("key")
        with pytest.raises(redis.ResponseError):
            client.lpush("key", "value")
        with client.pipeline(transaction=False) as pipeline:
            pipeline.get("key")
            pipeline.get("key")
            pipeline.execute()
        asyncio.run(main())

    (get,) = measured.points(db_operation_name="GET")
    (failed,) = measured.points(error_type="WRONGTYPE")
    (pipelined,) = measured.points(db_operation_name="PIPELINE GET")
    assert (get.count, failed.count, pipelined.count) == (2, 1, 1)
    assert set(get.attributes) == {
        *("db.system.name", "db.operation.name", "db.namespace", "server.address", "server.port"),
    }
    assert _exemplar_traces(get) == {format_trace_id(request.get_span_context().trace_id)}


def test_a_cancelled_redis_command_is_measured(measured: _Measured, redis_server: str) -> None:
    """A command that its task gives up is counted as a failure."""

    async def main() -> None:
        async with redis.asyncio.Redis.from_url(redis_server) as client:
            with measured.tracer.start_as_current_span("request"), pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await client.blpop(["nothing"], timeout=30)

    asyncio.run(main())

    (cancelled,) = measured.points(db_operation_name="BLPOP")
    assert (cancelled.count, cancelled.attributes["error.type"]) == (1, "CancelledError")
