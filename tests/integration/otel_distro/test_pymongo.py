"""Spans of PyMongo against a real server, sync and async, beside contrib's."""

import asyncio
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from opentelemetry.instrumentation.pymongo import PymongoInstrumentor
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import Span, SpanKind, StatusCode
from pymongo import AsyncMongoClient, InsertOne, MongoClient, UpdateOne, errors, monitoring

from otel_distro.instrumentation.pymongo import DistroPymongoInstrumentor

SECRET = "hunter2"


class _Recorded:
    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.tracer = self.provider.get_tracer("test")
        self.started = 0

    def request_hook(self, span: Span, event: monitoring.CommandStartedEvent) -> None:
        self.started += 1
        span.set_attribute("number", event.command.get("filter", {}).get("number", 0))

    @property
    def spans(self) -> list[ReadableSpan]:
        return [span for span in self.exporter.get_finished_spans() if span.kind is SpanKind.CLIENT]

    @property
    def names(self) -> list[str]:
        return [span.name for span in self.spans]


@pytest.fixture
def no_listeners(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget what was registered, as PyMongo takes no listener back."""
    monkeypatch.setattr(monitoring, "_LISTENERS", monitoring._LISTENERS._replace(command_listeners=[]))
    monkeypatch.setattr(PymongoInstrumentor, "_instance", None)
    monkeypatch.setattr(DistroPymongoInstrumentor, "_instance", None)


@pytest.fixture
def recorded(no_listeners: None) -> Iterator[_Recorded]:
    """Instrument PyMongo and hold its spans."""
    recorded = _Recorded()
    instrumentor = DistroPymongoInstrumentor()
    instrumentor.instrument(tracer_provider=recorded.provider, request_hook=recorded.request_hook)
    yield recorded
    instrumentor.uninstrument()


@pytest.fixture
def database() -> str:
    """Name a database that no other test uses."""
    return f"test_{uuid4().hex}"


def test_commands_of_a_sync_client(recorded: _Recorded, mongodb_server: str, database: str) -> None:
    """Each command is a client span under the caller's, and nothing of a document is in it."""
    with MongoClient[dict[str, Any]](mongodb_server) as client:
        bookings = client[database]["bookings"]
        with recorded.tracer.start_as_current_span("request") as request:
            bookings.insert_one({"name": SECRET})
            assert bookings.find_one({"name": SECRET}) is not None

    insert, find = recorded.spans
    server = urlsplit(mongodb_server)
    assert (insert.name, find.name) == ("insert bookings", "find bookings")
    assert find.attributes == {
        "db.system.name": "mongodb",
        "db.operation.name": "find",
        "db.namespace": database,
        "db.collection.name": "bookings",
        "number": 0,
        "server.address": server.hostname,
        "server.port": server.port,
    }
    assert insert.parent == find.parent == request.get_span_context()
    assert not any(SECRET in span.to_json() for span in recorded.spans)


def test_concurrent_finds_of_an_async_client_keep_their_parents(
    recorded: _Recorded, mongodb_server: str, database: str
) -> None:
    """Fifty finds at once are each under the span that asked."""
    asked: dict[int, object] = {}

    async def main() -> None:
        async with AsyncMongoClient[dict[str, Any]](mongodb_server) as client:
            bookings = client[database]["bookings"]

            async def request(number: int) -> None:
                with recorded.tracer.start_as_current_span(f"request {number}") as span:
                    asked[span.get_span_context().span_id] = number
                    await asyncio.sleep(0)
                    await bookings.find_one({"number": number})

            await asyncio.gather(*(request(number) for number in range(50)))

    asyncio.run(main())

    assert recorded.names == ["find bookings"] * 50
    found = {span.parent.span_id: (span.attributes or {})["number"] for span in recorded.spans if span.parent}
    assert found == asked


def test_cancelled_commands_are_ended(recorded: _Recorded, mongodb_server: str, database: str) -> None:
    """PyMongo says nothing of a cancelled command; its span ends with its task, as an error."""

    async def main() -> None:
        async with AsyncMongoClient[dict[str, Any]](mongodb_server) as client:
            bookings = client[database]["bookings"]
            await bookings.find_one({})
            for _ in range(20):
                before = recorded.started
                task = asyncio.create_task(bookings.find_one({"name": SECRET}))
                while recorded.started == before:
                    await asyncio.sleep(0)
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
            await asyncio.sleep(0)

    asyncio.run(main())

    cancelled = [span for span in recorded.spans if span.status.status_code is StatusCode.ERROR]
    assert len(recorded.spans) == recorded.started == 21
    assert cancelled
    assert all((span.attributes or {})["error.type"] == "CancelledError" for span in cancelled)


def test_timeout_within_one_task(recorded: _Recorded, mongodb_server: str, database: str) -> None:
    """A task that gives a command up and goes on ends that command's span with its next."""

    async def main() -> None:
        async with AsyncMongoClient[dict[str, Any]](mongodb_server) as client:
            bookings = client[database]["bookings"]
            await bookings.insert_many([{"number": number} for number in range(5000)])
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.002):
                    await bookings.find({"$or": [{"number": {"$gt": 1}}, {"name": "x"}]}).to_list()
            await bookings.find_one({})

    asyncio.run(main())

    assert len(recorded.spans) == recorded.started
    assert recorded.names[-1] == "find bookings"


def test_duplicate_key_is_an_error_without_the_key(
    recorded: _Recorded, mongodb_server: str, database: str
) -> None:
    """The server answers with success and quotes the document; the span is an error with the code."""
    with MongoClient[dict[str, Any]](mongodb_server) as client:
        customers = client[database]["customers"]
        customers.create_index("email", unique=True)
        customers.insert_one({"email": SECRET})
        with pytest.raises(errors.DuplicateKeyError):
            customers.insert_one({"email": SECRET})

    span = recorded.spans[-1]
    assert (span.name, span.status.status_code) == ("insert customers", StatusCode.ERROR)
    assert span.attributes is not None
    assert span.attributes["error.type"] == span.attributes["db.response.status_code"] == "11000"
    assert SECRET not in span.to_json()


def test_unknown_command_is_an_error(recorded: _Recorded, mongodb_server: str, database: str) -> None:
    """A command that fails has MongoDB's code and its name for it."""
    with MongoClient[dict[str, Any]](mongodb_server) as client, pytest.raises(errors.OperationFailure):
        client[database].command({"nope": SECRET})

    (span,) = recorded.spans
    assert span.attributes is not None
    assert (span.name, span.attributes["error.type"], span.status.description) == (
        f"nope {database}",
        "59",
        "CommandNotFound",
    )


def _exercise(url: str, database: str) -> None:
    with MongoClient[dict[str, Any]](url) as client:
        bookings = client[database]["bookings"]
        bookings.insert_many([{"number": number} for number in range(10)])
        list(bookings.find({}, batch_size=4))
        list(bookings.aggregate([{"$match": {"number": 1}}]))
        bookings.bulk_write([InsertOne({"number": 11}), UpdateOne({"number": 1}, {"$set": {"x": 1}})])
        bookings.find_one_and_update({"number": 2}, {"$set": {"x": 1}})
        bookings.count_documents({})
        client[database].list_collection_names()
        client.admin.command("ping")
        client.drop_database(database)


@pytest.mark.usefixtures("no_listeners")
def test_as_many_spans_as_contrib(mongodb_server: str, database: str) -> None:
    """The same commands make as many spans, with the same parents, as with contrib's instrumentation."""
    ours, contribs = _Recorded(), _Recorded()
    PymongoInstrumentor().instrument(tracer_provider=contribs.provider)
    PymongoInstrumentor._instance = None
    DistroPymongoInstrumentor().instrument(tracer_provider=ours.provider)
    with ours.tracer.start_as_current_span("request"):
        _exercise(mongodb_server, database)

    def operations(recorded: _Recorded, names: list[str]) -> list[tuple[str, object]]:
        return [(name, span.parent) for name, span in zip(names, recorded.spans, strict=True)]

    ours_named = operations(ours, [name.partition(" ")[0] for name in ours.names])
    contribs_named = operations(contribs, [name.rpartition(".")[2] for name in contribs.names])
    # The driver's own good-bye to the server is no command of the application's.
    assert ours_named == [each for each in contribs_named if each[0] != "endSessions"]
