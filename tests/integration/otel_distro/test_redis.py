"""Spans of redis-py against a real Redis, sync, async and of a cluster, beside contrib's."""

import asyncio
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import redis
import redis.asyncio
from opentelemetry.instrumentation.redis import RedisInstrumentor
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode
from redis.backoff import NoBackoff
from redis.retry import Retry

from otel_distro.instrumentation.redis import DistroRedisInstrumentor
from stack.ports import find_free_ports

SECRET = "hunter2"


class _Recorded:
    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        self.tracer = self.provider.get_tracer("test")

    @property
    def spans(self) -> list[ReadableSpan]:
        return [span for span in self.exporter.get_finished_spans() if span.kind is SpanKind.CLIENT]

    @property
    def names(self) -> list[str]:
        return [span.name for span in self.spans]


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Recorded]:
    """Instrument redis-py and hold its spans."""
    monkeypatch.setattr(RedisInstrumentor, "_instance", None)
    monkeypatch.setattr(DistroRedisInstrumentor, "_instance", None)
    recorded = _Recorded()
    instrumentor = DistroRedisInstrumentor()
    instrumentor.instrument(tracer_provider=recorded.provider)
    yield recorded
    instrumentor.uninstrument()


def _server(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    return {
        "db.system.name": "redis",
        "db.namespace": parts.path.strip("/") or "0",
        "server.address": parts.hostname,
        "server.port": parts.port,
    }


def test_commands_of_a_sync_client(recorded: _Recorded, redis_server: str) -> None:
    """Each command is a client span under the caller's, and no key or value is in it."""
    client = redis.Redis.from_url(redis_server)
    with client, recorded.tracer.start_as_current_span("request") as request:
        client.set(f"key-{SECRET}", SECRET)
        assert client.get(f"key-{SECRET}") == SECRET.encode()

    set_span, get_span = recorded.spans
    assert (set_span.name, get_span.name) == ("SET", "GET")
    assert set_span.attributes == {
        **_server(redis_server),
        "db.operation.name": "SET",
        "db.query.text": "SET ? ?",
    }
    assert set_span.parent == get_span.parent == request.get_span_context()
    assert set_span.status.status_code is StatusCode.UNSET


def test_concurrent_commands_of_an_async_client_keep_their_parents(
    recorded: _Recorded, redis_server: str
) -> None:
    """Fifty commands at once are each under the span that sent it."""

    async def main() -> None:
        client = redis.asyncio.Redis.from_url(redis_server)

        async def request(number: int) -> None:
            with recorded.tracer.start_as_current_span(f"request {number}") as span:
                await client.set(f"key {number}", number)
                expected[span.get_span_context().span_id] = number

        expected: dict[int, int] = {}
        await asyncio.gather(*(request(number) for number in range(50)))
        await client.aclose()
        assert {span.parent and span.parent.span_id for span in recorded.spans} == set(expected)

    asyncio.run(main())

    assert recorded.names == ["SET"] * 50


def test_server_errors_leave_their_code_only(recorded: _Recorded, redis_server: str) -> None:
    """Redis quotes a bad command in its answer; the span has the code alone."""
    with redis.Redis.from_url(redis_server) as client:
        client.set("text", "x")
        for command in (("LPUSH", "text", SECRET), ("NOPE", SECRET), ("AUTH", "someone", SECRET)):
            with pytest.raises(redis.RedisError):
                client.execute_command(*command)
        pipeline = client.pipeline()
        pipeline.lpush("text", SECRET)
        pipeline.get("text")
        with pytest.raises(redis.ResponseError, match=SECRET):
            pipeline.execute()

    failed = recorded.spans[1:]
    assert [span.attributes and span.attributes["db.response.status_code"] for span in failed] == [
        *("WRONGTYPE", "ERR", "WRONGPASS", "WRONGTYPE")
    ]
    assert {span.status.status_code for span in failed} == {StatusCode.ERROR}
    assert not any(SECRET in span.to_json() for span in recorded.spans)


def test_refused_connection(recorded: _Recorded) -> None:
    """A server that is not there is said, as the client says it."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        with pytest.raises(redis.ConnectionError):
            redis.Redis(host="127.0.0.1", port=port, retry=Retry(NoBackoff(), 0)).get("key")

    (span,) = recorded.spans
    assert span.attributes is not None
    assert span.attributes["error.type"] == "ConnectionError"
    assert "db.response.status_code" not in span.attributes
    assert "refused" in (span.status.description or "")


def test_pipeline_of_a_thousand(recorded: _Recorded, redis_server: str) -> None:
    """A thousand commands in a pipeline are one span with a short name and a short text."""
    with redis.Redis.from_url(redis_server) as client, client.pipeline(transaction=False) as pipeline:
        for number in range(500):
            pipeline.set(f"key {number}", SECRET)
            pipeline.get(f"key {number}")
        assert len(pipeline.execute()) == 1000

    (span,) = recorded.spans
    assert span.attributes is not None
    assert (span.name, span.attributes["db.operation.batch.size"]) == ("PIPELINE", 1000)
    assert len(str(span.attributes["db.query.text"])) < 1100
    assert SECRET not in span.to_json()


def test_transaction_and_its_watch(recorded: _Recorded, redis_server: str) -> None:
    """WATCH is a span of its own; a transaction that another write called off is no error."""
    with redis.Redis.from_url(redis_server) as client, client.pipeline() as pipeline:
        pipeline.watch("stock")
        pipeline.multi()
        pipeline.set("stock", 1)
        pipeline.set("sold", 1)
        client.set("stock", 9)
        with pytest.raises(redis.WatchError):
            pipeline.execute()

    assert recorded.names == ["WATCH", "SET", "MULTI SET"]
    assert {span.status.status_code for span in recorded.spans} == {StatusCode.UNSET}


def test_async_pipeline(recorded: _Recorded, redis_server: str) -> None:
    """An async pipeline is one span too."""

    async def main() -> None:
        client = redis.asyncio.Redis.from_url(redis_server)
        async with client.pipeline(transaction=False) as pipeline:
            pipeline.set("a", 1)
            pipeline.get("a")
            await pipeline.execute()
        await client.aclose()

    asyncio.run(main())

    (span,) = recorded.spans
    assert span.attributes == {
        **_server(redis_server),
        "db.operation.name": "PIPELINE",
        "db.operation.batch.size": 2,
        "db.query.text": "SET ? ?; GET ?",
    }


def test_worker_that_waits_for_jobs_leaves_no_traces(recorded: _Recorded, redis_server: str) -> None:
    """Waiting is no work: only what is done within a span of the job is traced."""

    async def main() -> None:
        client = redis.asyncio.Redis.from_url(redis_server)
        await client.delete("jobs")
        recorded.exporter.clear()
        assert await client.blpop(["jobs"], timeout=0.05) is None
        await client.aclose()

    asyncio.run(main())

    assert recorded.spans == []


def _exercise(url: str) -> None:
    with redis.Redis.from_url(url) as client:
        client.set("a", 1)
        client.mget(["a"] * 40)
        client.config_get("maxmemory")
        client.register_script("return 1")()
        with client.pipeline() as pipeline:
            pipeline.get("a")
            pipeline.get("a")
            pipeline.execute()
        with client.pipeline() as pipeline:
            pipeline.execute()
        client.delete("a")


def test_as_many_spans_as_contrib(
    recorded: _Recorded, redis_server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same commands make as many spans, of the same kind, as with contrib's instrumentation."""
    _exercise(redis_server)
    DistroRedisInstrumentor().uninstrument()
    monkeypatch.setattr(RedisInstrumentor, "_instance", None)
    contrib = _Recorded()
    RedisInstrumentor().instrument(tracer_provider=contrib.provider)
    try:
        _exercise(redis_server)
    finally:
        RedisInstrumentor().uninstrument()
        DistroRedisInstrumentor().instrument(tracer_provider=recorded.provider)

    renamed = {"GET GET": "MULTI GET", "redis": "MULTI"}
    # The script is known to Redis by the second run.
    ours = [name for name in recorded.names if name not in ("SCRIPT LOAD", "EVALSHA")]
    assert ours == [renamed.get(name, name) for name in contrib.names if name != "EVALSHA"]


@pytest.fixture
def redis_cluster(tmp_path: Path) -> Iterator[int]:
    """Run a cluster of one node and yield its port."""
    port, bus = find_free_ports(2)
    ports = ["--port", str(port), "--cluster-port", str(bus), "--bind", "127.0.0.1"]
    process = subprocess.Popen(
        ["redis-server", *ports, "--cluster-enabled", "yes", "--dir", str(tmp_path), "--save", ""],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with redis.Redis(port=port) as node:
            _wait_for(lambda: node.ping())
            node.execute_command("CLUSTER ADDSLOTSRANGE", 0, 16383)
            _wait_for(lambda: node.cluster("INFO")["cluster_state"] == "ok")
        yield port
    finally:
        process.terminate()
        process.wait(10)


def _wait_for(condition: Any) -> None:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        try:
            if condition():
                return
        except redis.RedisError:
            pass
        time.sleep(0.05)
    raise TimeoutError("the cluster did not come up")


def test_cluster_clients(redis_cluster: int, recorded: _Recorded) -> None:
    """Commands and pipelines of cluster clients are spans with the configured node."""
    client = redis.RedisCluster(host="127.0.0.1", port=redis_cluster)
    recorded.exporter.clear()
    client.set("{a}1", SECRET)
    pipeline = client.pipeline()
    pipeline.get("{a}1")
    pipeline.get("{a}2")
    pipeline.execute()
    client.close()

    set_span, pipeline_span = recorded.spans
    assert set_span.attributes == {
        **_server(f"redis://127.0.0.1:{redis_cluster}"),
        "db.operation.name": "SET",
        "db.query.text": "SET ? ?",
    }
    assert pipeline_span.name == "PIPELINE GET"


def test_async_cluster_clients(redis_cluster: int, recorded: _Recorded) -> None:
    """The async cluster client's commands and pipelines are spans as well."""

    async def main() -> None:
        client = redis.asyncio.RedisCluster(host="127.0.0.1", port=redis_cluster)
        await client.initialize()
        recorded.exporter.clear()
        await client.set("{a}1", SECRET)
        pipeline = client.pipeline()
        pipeline.get("{a}1")
        pipeline.set("{a}2", SECRET)
        await pipeline.execute()
        await client.aclose()

    asyncio.run(main())

    assert recorded.names == ["SET", "PIPELINE"]
    assert (recorded.spans[1].attributes or {})["server.port"] == redis_cluster
    assert not any(SECRET in span.to_json() for span in recorded.spans)
