"""Says what a Redis command or pipeline is: its name, its text without values, its server.

Pure: nothing here talks to Redis or records anything. A command may hold secrets anywhere but in
its name, so every argument is a `?` and an error's message is never copied.
https://opentelemetry.io/docs/specs/semconv/db/redis/
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from opentelemetry.semconv.attributes.db_attributes import (
    DB_NAMESPACE,
    DB_OPERATION_BATCH_SIZE,
    DB_OPERATION_NAME,
    DB_STORED_PROCEDURE_NAME,
    DB_SYSTEM_NAME,
)
from opentelemetry.semconv.attributes.network_attributes import (
    NETWORK_PEER_ADDRESS,
    NETWORK_TRANSPORT,
    NetworkTransportValues,
)
from opentelemetry.semconv.attributes.server_attributes import SERVER_ADDRESS, SERVER_PORT
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as RedisTimeoutError

from otel_distro.instrumentation.client_call import QUERY_TEXT_LIMIT

_DEFAULT_PORT = 6379
_NAME_LIMIT = 64
_PLACEHOLDERS = 32
_CONTAINERS = frozenset(
    (
        *("ACL", "CLIENT", "CLUSTER", "COMMAND", "CONFIG", "DEBUG", "FUNCTION", "HOTKEYS", "LATENCY"),
        *("MEMORY", "MODULE", "OBJECT", "PUBSUB", "SCRIPT", "SENTINEL", "SLOWLOG", "XGROUP", "XINFO"),
    )
)
_SUBCOMMAND = re.compile(r"[A-Za-z-]{1,32}")
_PROCEDURES = frozenset(("EVALSHA", "EVALSHA_RO", "FCALL", "FCALL_RO"))
_PROCEDURE = re.compile(r"[A-Za-z0-9_]{1,64}")
_BLOCKING = frozenset(
    (
        *("BLPOP", "BRPOP", "BLMOVE", "BLMPOP", "BRPOPLPUSH", "BZPOPMIN", "BZPOPMAX", "BZMPOP"),
        *("XREAD", "XREADGROUP"),
    )
)
_ERROR_PREFIX = re.compile(r"[A-Z][A-Z0-9_]{1,31}(?= |$)")
_PIPELINE_ERROR = "caused error: "

Command = Sequence[Any]


def operation_name(command: Command) -> str:
    """Return a command's name, of a container command's with its subcommand.

    redis-py takes a whole command in its first argument too (`"SET key value"`); only what can be
    a name is taken from it.

    Args:
        command: name and arguments, as the application gave them.
    """
    first = command[0]
    if isinstance(first, str) and len(first) <= _NAME_LIMIT and first.isalnum():
        return first
    if isinstance(first, bytes):
        first = first.decode("utf-8", "replace")
    words = str(first).split(maxsplit=2)
    if len(words) > 1 and words[0].upper() in _CONTAINERS and _SUBCOMMAND.fullmatch(words[1]):
        return f"{words[0]} {words[1]}"[:_NAME_LIMIT]
    return words[0][:_NAME_LIMIT]


def query_text(command: Command) -> str:
    """Return a command's text with a `?` for each argument, as in `SET ? ?`.

    Args:
        command: name and arguments.
    """
    arguments = len(command) - 1
    more = " ..." if arguments > _PLACEHOLDERS else ""
    return operation_name(command) + " ?" * min(arguments, _PLACEHOLDERS) + more


def pipeline_text(commands: Sequence[Command]) -> str:
    """Return the text of a pipeline, cut off after `QUERY_TEXT_LIMIT` characters.

    Args:
        commands: those queued, at least one; where all read the same, that text is the pipeline's.
    """
    first = query_text(commands[0])
    if all(query_text(command) == first for command in commands):
        return first
    texts: list[str] = []
    room = QUERY_TEXT_LIMIT
    for command in commands:
        text = query_text(command)
        room -= len(text) + 2
        if room < 0:
            return "; ".join((*texts, "..."))
        texts.append(text)
    return "; ".join(texts)


def command_attributes(command: Command) -> dict[str, str | int]:
    """Return what a command says about itself.

    Args:
        command: name and arguments.
    """
    name = operation_name(command)
    attributes: dict[str, str | int] = {DB_SYSTEM_NAME: "redis", DB_OPERATION_NAME: name}
    if name in _PROCEDURES and len(command) > 1 and _PROCEDURE.fullmatch(str(command[1])):
        attributes[DB_STORED_PROCEDURE_NAME] = str(command[1])
    return attributes


def pipeline_attributes(commands: Sequence[Command], *, transaction: bool) -> dict[str, str | int]:
    """Return what a pipeline says about itself; one of a single command counts as that command.

    Args:
        commands: those queued.
        transaction: whether they run between MULTI and EXEC.
    """
    if len(commands) == 1:
        return command_attributes(commands[0])
    kind = "MULTI" if transaction else "PIPELINE"
    first = operation_name(commands[0]) if commands else ""
    same = bool(commands) and all(operation_name(command) == first for command in commands)
    return {
        DB_SYSTEM_NAME: "redis",
        DB_OPERATION_NAME: f"{kind} {first}" if same else kind,
        DB_OPERATION_BATCH_SIZE: len(commands),
    }


def server_attributes(client: object) -> dict[str, str | int]:
    """Return the server that a client is configured for.

    `db.namespace` is the database that the connection was opened with; a later SELECT is not seen.

    Args:
        client: a client, cluster client or pipeline, sync or async.
    """
    pool = getattr(client, "connection_pool", None)
    settings = getattr(pool, "connection_kwargs", None)
    if not isinstance(settings, Mapping):
        return {DB_NAMESPACE: "0", **_cluster_address(client)}
    known = cast("Mapping[str, Any]", settings)
    return {DB_NAMESPACE: str(known.get("db") or 0), **_address(known)}


def _address(settings: Mapping[str, Any]) -> dict[str, str | int]:
    if "path" in settings:
        path = str(settings["path"])
        unix = NetworkTransportValues.UNIX.value
        return {SERVER_ADDRESS: path, NETWORK_PEER_ADDRESS: path, NETWORK_TRANSPORT: unix}
    if "connection_pool" in settings:
        # A Sentinel's pool: the server is looked up for each connection, none is configured.
        return {}
    host = str(settings.get("host") or "localhost")
    return {SERVER_ADDRESS: host, SERVER_PORT: int(settings.get("port") or _DEFAULT_PORT)}


def _cluster_address(client: object) -> dict[str, str | int]:
    nodes: Any = getattr(getattr(client, "cluster_client", client), "startup_nodes", None) or ()
    configured = list(cast("Mapping[str, Any]", nodes).values() if isinstance(nodes, Mapping) else nodes)
    if len(configured) != 1:
        return {}
    return {SERVER_ADDRESS: str(configured[0].host), SERVER_PORT: int(configured[0].port)}


def queued_commands(pipeline: Any) -> list[Command]:
    """Return the commands that wait in a pipeline, sync or async, of a cluster or not.

    Args:
        pipeline: before its `execute`.
    """
    strategy = getattr(pipeline, "_execution_strategy", None)
    for owner, name in (
        (strategy, "command_queue"),
        (strategy, "_command_queue"),
        (pipeline, "command_stack"),
        (pipeline, "_command_stack"),
    ):
        queue = getattr(owner, name, None)
        if queue is not None:
            return [entry.args if hasattr(entry, "args") else entry[0] for entry in queue]
    return []


def is_transaction(pipeline: Any) -> bool:
    """Say whether a pipeline runs between MULTI and EXEC.

    Args:
        pipeline: before its `execute`.
    """
    strategy = getattr(pipeline, "_execution_strategy", None)
    if strategy is not None:
        return "Transaction" in type(strategy).__name__
    # A sync client's pipeline names it `transaction`, an async one `is_transaction`; `transaction`
    # is a method there.
    chosen = getattr(pipeline, "is_transaction", None)
    if chosen is None:
        chosen = getattr(pipeline, "transaction", False)
    return bool(chosen) or bool(getattr(pipeline, "explicit_transaction", False))


def is_blocking(name: str) -> bool:
    """Say whether a command waits for others to send something.

    Args:
        name: from `operation_name`.
    """
    return name.upper() in _BLOCKING


def error_code(error: BaseException) -> str | None:
    """Return the code that Redis began its answer with, such as WRONGTYPE.

    Args:
        error: what the client raised; one of its own, such as a refused connection, has none.
    """
    code = getattr(error, "status_code", None)
    if isinstance(code, str):
        return code[:_NAME_LIMIT]
    if not isinstance(error, RedisError) or isinstance(error, RedisConnectionError | RedisTimeoutError):
        return None
    # A pipeline puts the whole command before the server's words.
    words = str(error).rpartition(_PIPELINE_ERROR)[2]
    match = _ERROR_PREFIX.match(words)
    return match.group() if match else None


def error_description(error: BaseException) -> str | None:
    """Return what may be said about an error without a word that the application sent.

    Args:
        error: what the client raised.
    """
    if isinstance(error, RedisConnectionError | RedisTimeoutError):
        return str(error)
    return None
