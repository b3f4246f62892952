"""A Redis command is described by its name, never by what it carries."""

from types import SimpleNamespace
from typing import Any

import pytest
import redis
import redis.asyncio
from hypothesis import given
from hypothesis import strategies as st
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import ResponseError

from otel_distro.instrumentation import redis_commands
from otel_distro.instrumentation.client_call import QUERY_TEXT_LIMIT

SECRET = "hunter2"


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (("GET", "key"), "GET"),
        ((b"GET", "key"), "GET"),
        (("get", "key"), "get"),
        (("FT.SEARCH", "index", SECRET), "FT.SEARCH"),
        (("CONFIG GET", "requirepass"), "CONFIG GET"),
        (("CLIENT  NO-EVICT", "on"), "CLIENT NO-EVICT"),
        ((f"SET key {SECRET}",), "SET"),
        ((f"CONFIG {SECRET}",), "CONFIG"),
        ((b"\xff\xfe key",), "\ufffd\ufffd"),
        ((7,), "7"),
        (("X" * 5000,), "X" * 64),
    ],
)
def test_operation_name(command: tuple[object, ...], name: str) -> None:
    """Only what can be a command's name is taken, and no more of it than names have."""
    assert redis_commands.operation_name(command) == name


def test_query_text_replaces_every_argument() -> None:
    """Neither keys nor values are in the text."""
    assert redis_commands.query_text(("AUTH", "user", SECRET)) == "AUTH ? ?"
    assert redis_commands.query_text((f"SET key {SECRET}",)) == "SET"


@given(st.lists(st.lists(st.text(max_size=40), max_size=50), min_size=1, max_size=300))
def test_pipeline_text_is_bounded(arguments: list[list[str]]) -> None:
    """However many commands a pipeline has, its text is short and holds no argument."""
    text = redis_commands.pipeline_text([("MSET", *each) for each in arguments])

    assert len(text) <= QUERY_TEXT_LIMIT + len("; ...")
    assert set(text) <= set("MSET ?;.")


def test_pipeline_of_equal_commands_has_their_text_once() -> None:
    """A thousand reads are one text."""
    assert redis_commands.pipeline_text([("GET", str(number)) for number in range(1000)]) == "GET ?"


@pytest.mark.parametrize(
    ("commands", "transaction", "name", "size"),
    [
        ([("GET", "a"), ("SET", "b", "c")], False, "PIPELINE", 2),
        ([("GET", "a"), ("GET", "b")], False, "PIPELINE GET", 2),
        ([("GET", "a"), ("GET", "b")], True, "MULTI GET", 2),
        ([("GET", "a"), ("SET", "b", "c")], True, "MULTI", 2),
        ([("GET", "a")], True, "GET", None),
        ([], False, "PIPELINE", 0),
    ],
)
def test_pipeline_attributes(
    commands: list[tuple[str, ...]], transaction: bool, name: str, size: int | None
) -> None:
    """A pipeline is named for its commands where they are all the same, and sized where it is a batch."""
    attributes = redis_commands.pipeline_attributes(commands, transaction=transaction)

    assert attributes["db.operation.name"] == name
    assert attributes.get("db.operation.batch.size") == size


@pytest.mark.parametrize(
    ("command", "procedure"),
    [
        (
            ("EVALSHA", "e0e1f9fabfc9d4800c877a703b823ac0578ff8db", 0),
            "e0e1f9fabfc9d4800c877a703b823ac0578ff8db",
        ),
        (("FCALL", "library_function", 0), "library_function"),
        (("EVALSHA", "no name at all", 0), None),
        (("EVAL", "return 1", 0), None),
    ],
)
def test_stored_procedure(command: tuple[object, ...], procedure: str | None) -> None:
    """A script is named by its digest or function, never by its text."""
    assert redis_commands.command_attributes(command).get("db.stored_procedure.name") == procedure


@pytest.mark.parametrize(
    ("client", "expected"),
    [
        (redis.Redis(), {"db.namespace": "0", "server.address": "localhost", "server.port": 6379}),
        (
            redis.asyncio.Redis.from_url("redis://user:hunter2@cache.example:7000/3"),
            {"db.namespace": "3", "server.address": "cache.example", "server.port": 7000},
        ),
        (
            redis.Redis(unix_socket_path="/run/redis.sock", db=1),
            {
                "db.namespace": "1",
                "server.address": "/run/redis.sock",
                "network.peer.address": "/run/redis.sock",
                "network.transport": "unix",
            },
        ),
        (
            SimpleNamespace(startup_nodes=[SimpleNamespace(host="node", port=7001)]),
            {"db.namespace": "0", "server.address": "node", "server.port": 7001},
        ),
        (
            SimpleNamespace(startup_nodes={"a": SimpleNamespace(host="a", port=1), "b": None}),
            {"db.namespace": "0"},
        ),
        (
            redis.Sentinel([("sentinel", 26379)]).master_for("primary", db=2),
            {"db.namespace": "2"},
        ),
    ],
)
def test_server_attributes(client: object, expected: dict[str, object]) -> None:
    """The server is the configured one, and a password in the address stays there."""
    assert redis_commands.server_attributes(client) == expected


@pytest.mark.parametrize(
    "pipeline",
    [
        redis.Redis().pipeline(transaction=False).get("a"),
        redis.asyncio.Redis().pipeline(transaction=False).get("a"),
    ],
)
def test_commands_of_a_pipeline(pipeline: Any) -> None:
    """The commands that wait are found in sync and async pipelines, which tell if they are atomic."""
    assert list(map(tuple, redis_commands.queued_commands(pipeline))) == [("GET", "a")]
    assert not redis_commands.is_transaction(pipeline)


@pytest.mark.parametrize(
    "pipeline",
    [redis.Redis().pipeline(), redis.asyncio.Redis().pipeline(), redis.Redis().pipeline(transaction=True)],
)
def test_transactions_are_told_from_pipelines(pipeline: Any) -> None:
    """A pipeline is a transaction by default."""
    assert redis_commands.is_transaction(pipeline)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ResponseError("WRONGTYPE Operation against a key"), "WRONGTYPE"),
        (
            ResponseError(f"Command # 1 (LPUSH k {SECRET}) of pipeline caused error: WRONGTYPE Operation"),
            "WRONGTYPE",
        ),
        (
            ResponseError(f"unknown command 'X', with args beginning with: '{SECRET}'", status_code="ERR"),
            "ERR",
        ),
        (ResponseError("no prefix"), None),
        (RedisConnectionError("Error 111 connecting to localhost:6379."), None),
        (ValueError("ERR not from redis"), None),
    ],
)
def test_error_code(error: BaseException, code: str | None) -> None:
    """The code is the server's, also in a pipeline's longer words."""
    assert redis_commands.error_code(error) == code


def test_error_description_never_quotes_the_server() -> None:
    """What the server says may hold the command; what the client says of the connection does not."""
    assert redis_commands.error_description(ResponseError(f"bad argument {SECRET}")) is None
    assert (
        redis_commands.error_description(RedisConnectionError("Connection refused.")) == "Connection refused."
    )
