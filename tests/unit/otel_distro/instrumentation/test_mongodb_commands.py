"""A MongoDB command is described by its name, its collection and its server."""

from typing import Any

import pytest
from pymongo.monitoring import CommandStartedEvent

from otel_distro.instrumentation.mongodb_commands import (
    Failure,
    collection_of,
    command_attributes,
    failure_of,
    span_name,
    write_failure_of,
)


def _started(command: dict[str, Any], address: tuple[str, int | None] = ("db", 27017)) -> CommandStartedEvent:
    return CommandStartedEvent(command, "crm", 1, address, None)


def test_attributes_of_a_find() -> None:
    """A find names operation, database, collection and server."""
    attributes = command_attributes(_started({"find": "bookings", "filter": {}}))

    assert attributes == {
        "db.system.name": "mongodb",
        "db.operation.name": "find",
        "db.namespace": "crm",
        "db.collection.name": "bookings",
        "server.address": "db",
        "server.port": 27017,
    }
    assert span_name(attributes) == "find bookings"


def test_command_without_a_collection_is_named_for_its_database() -> None:
    """A ping works on no collection."""
    assert span_name(command_attributes(_started({"ping": 1}))) == "ping crm"


def test_unix_socket() -> None:
    """A socket has a path and no port."""
    attributes = command_attributes(_started({"ping": 1}, ("/tmp/mongodb.sock", None)))

    assert attributes["server.address"] == attributes["network.peer.address"] == "/tmp/mongodb.sock"
    assert attributes["network.transport"] == "unix"
    assert "server.port" not in attributes


@pytest.mark.parametrize(
    ("command", "collection"),
    [
        ({"aggregate": "bookings", "pipeline": []}, "bookings"),
        ({"aggregate": 1, "pipeline": []}, None),
        ({"getMore": 7, "collection": "bookings"}, "bookings"),
        ({"dropUser": "someone"}, None),
        ({"anything": "secret"}, None),
        ({"killCursors": "bookings", "cursors": []}, "bookings"),
    ],
)
def test_collection(command: dict[str, Any], collection: str | None) -> None:
    """Only commands that are known to name a collection do."""
    assert collection_of(next(iter(command)), command) == collection


@pytest.mark.parametrize(
    ("command", "size"),
    [
        ({"update": "bookings", "updates": [{}, {}]}, 2),
        ({"update": "bookings", "updates": [{}]}, None),
        ({"delete": "bookings", "deletes": [{}, {}, {}]}, 3),
        ({"bulkWrite": 1, "ops": [{}, {}]}, 2),
        ({"insert": "bookings", "documents": [{}, {}]}, None),
        ({"find": "bookings"}, None),
    ],
)
def test_batch_size(command: dict[str, Any], size: int | None) -> None:
    """A batch is several operations, not one operation on several documents."""
    assert command_attributes(_started(command)).get("db.operation.batch.size") == size


@pytest.mark.parametrize(
    ("details", "failure"),
    [
        (
            {"ok": 0, "errmsg": "no such command: 'secret'", "code": 59, "codeName": "CommandNotFound"},
            Failure("59", "59", "CommandNotFound"),
        ),
        (
            {"errmsg": "db:27017: timed out", "errtype": "NetworkTimeout"},
            Failure("NetworkTimeout", None, "db:27017: timed out"),
        ),
        ({"errmsg": "a document", "errtype": "InvalidDocument"}, Failure("InvalidDocument", None, None)),
        ({}, Failure("_OTHER", None, None)),
        (None, Failure("_OTHER", None, None)),
    ],
)
def test_failure(details: dict[str, Any] | None, failure: Failure) -> None:
    """A failure is a code and its name; the server's message, which may quote documents, is left out."""
    assert failure_of(details) == failure


@pytest.mark.parametrize(
    ("command", "reply", "failure"),
    [
        ("insert", {"ok": 1, "n": 1}, None),
        (
            "insert",
            {"ok": 1, "writeErrors": [{"code": 11000, "errmsg": "dup key: secret"}]},
            Failure("11000", "11000", None),
        ),
        (
            "update",
            {"ok": 1, "writeConcernError": {"code": 64, "codeName": "WriteConcernTimeout"}},
            Failure("64", "64", "WriteConcernTimeout"),
        ),
        ("find", {"ok": 1, "writeErrors": "a field of one's own"}, None),
    ],
)
def test_write_failure(command: str, reply: dict[str, Any], failure: Failure | None) -> None:
    """A write that was refused is a failure, though the command succeeded."""
    assert write_failure_of(command, reply) == failure
