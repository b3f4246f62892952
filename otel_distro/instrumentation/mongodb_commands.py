"""Says what a MongoDB command is: its name, its collection, its server, why it failed.

Pure: nothing here talks to MongoDB or records anything. A server's message may quote documents
(`dup key: { email: … }`), so of a failure only codes are taken.
https://opentelemetry.io/docs/specs/semconv/db/mongodb/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from opentelemetry.semconv.attributes.db_attributes import (
    DB_COLLECTION_NAME,
    DB_NAMESPACE,
    DB_OPERATION_BATCH_SIZE,
    DB_OPERATION_NAME,
    DB_SYSTEM_NAME,
)
from opentelemetry.semconv.attributes.network_attributes import (
    NETWORK_PEER_ADDRESS,
    NETWORK_TRANSPORT,
    NetworkTransportValues,
)
from opentelemetry.semconv.attributes.server_attributes import SERVER_ADDRESS, SERVER_PORT
from pymongo import errors
from pymongo.monitoring import CommandStartedEvent

from otel_distro.instrumentation.client_call import NAME_LIMIT

Document = Mapping[str, Any]

_NAMES_COLLECTION = frozenset(
    (
        *("aggregate", "collMod", "collStats", "compact", "count", "create", "createIndexes"),
        *("createSearchIndexes", "delete", "distinct", "drop", "dropIndexes", "dropSearchIndex", "find"),
        *("findAndModify", "findandmodify", "insert", "killCursors", "listIndexes", "mapReduce"),
        *("reIndex", "update", "updateSearchIndex", "validate"),
    )
)
# `insert` is none: one operation with many documents is no batch, says the convention.
_BATCHES = {"bulkWrite": "ops", "delete": "deletes", "update": "updates"}
_WRITES = frozenset(("delete", "findAndModify", "findandmodify", "insert", "update"))


@dataclass(frozen=True)
class Failure:
    """Why a command failed.

    Args:
        error_type: MongoDB's code, or the class of the driver's exception.
        code: MongoDB's code, as text.
        description: MongoDB's name for the code, or what the driver says of the connection.
    """

    error_type: str
    code: str | None
    description: str | None


def collection_of(command_name: str, command: Document) -> str | None:
    """Return the collection that a command works on.

    Args:
        command_name: such as `find`.
        command: the document sent.

    Returns:
        `None` for a command on a database or server.
    """
    key = "collection" if command_name == "getMore" else command_name
    if key == command_name and command_name not in _NAMES_COLLECTION:
        return None
    value = command.get(key)
    return value if isinstance(value, str) and value else None


def command_attributes(event: CommandStartedEvent) -> dict[str, str | int]:
    """Return what is known of a command before it is sent.

    Args:
        event: the driver's.
    """
    name = event.command_name[:NAME_LIMIT]
    attributes: dict[str, str | int] = {
        DB_SYSTEM_NAME: "mongodb",
        DB_OPERATION_NAME: name,
        DB_NAMESPACE: event.database_name,
        **_server_attributes(event.connection_id),
    }
    collection = collection_of(event.command_name, event.command)
    if collection is not None:
        attributes[DB_COLLECTION_NAME] = collection
    operations = event.command.get(_BATCHES.get(name, ""))
    size = len(cast("list[object]", operations)) if isinstance(operations, list) else 1
    if size != 1:
        attributes[DB_OPERATION_BATCH_SIZE] = size
    return attributes


def span_name(attributes: Mapping[str, str | int]) -> str:
    """Return the operation and what it works on, as in `find bookings` or `ping admin`.

    Args:
        attributes: from `command_attributes`.
    """
    target = attributes.get(DB_COLLECTION_NAME) or attributes[DB_NAMESPACE]
    return f"{attributes[DB_OPERATION_NAME]} {target}"


def _server_attributes(address: tuple[str, int | None] | None) -> dict[str, str | int]:
    if address is None:
        return {}
    host, port = address
    if port is None:
        unix = NetworkTransportValues.UNIX.value
        return {SERVER_ADDRESS: host, NETWORK_PEER_ADDRESS: host, NETWORK_TRANSPORT: unix}
    return {SERVER_ADDRESS: host, SERVER_PORT: port}


def failure_of(details: Document | None) -> Failure:
    """Return why a command failed.

    Args:
        details: the server's answer, or the driver's words for an exception of its own.
    """
    found = details or {}
    code = found.get("code")
    if isinstance(code, int):
        name = found.get("codeName")
        return Failure(str(code), str(code), name if isinstance(name, str) else None)
    kind = found.get("errtype")
    if not isinstance(kind, str):
        return Failure("_OTHER", None, None)
    exception = getattr(errors, kind, None)
    of_connection = isinstance(exception, type) and issubclass(exception, errors.ConnectionFailure)
    return Failure(kind, None, str(found.get("errmsg")) if of_connection else None)


def write_failure_of(command_name: str, reply: Document) -> Failure | None:
    """Return why a write failed that MongoDB answered with success, as it does for a duplicate key.

    Args:
        command_name: such as `insert`.
        reply: the server's answer.
    """
    if command_name not in _WRITES:
        return None
    write_errors = reply.get("writeErrors")
    if write_errors:
        return failure_of(write_errors[0])
    concern = reply.get("writeConcernError")
    return failure_of(concern) if concern else None
