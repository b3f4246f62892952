"""Renders a MongoDB command as text in which every value is a `?`.

Field names and operators stay, as they are the query's shape; the text is built piece by piece and
stops at its limit, however large the command is.
https://opentelemetry.io/docs/specs/semconv/db/database-spans/#sanitization-of-dbquerytext
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

_DEPTH_LIMIT = 16
_PLACEHOLDER = '"?"'
# What the driver adds to each command.
_DRIVERS = frozenset(("$clusterTime", "$db", "$readPreference", "lsid", "signature", "txnNumber"))


def statement_of(command: Mapping[str, Any], collection: str | None, limit: int) -> str:
    """Render a command, as in `{"find": "bookings", "filter": {"status": "?"}}`.

    Args:
        command: the document sent; its first key is the command's name.
        collection: kept, where the command names it.
        limit: the most characters; a longer text ends in `...`.
    """
    pieces: list[str] = []
    room = limit
    for piece in _command(command, collection):
        room -= len(piece)
        if room < 0:
            return "".join(pieces)[: limit - 3] + "..."
        pieces.append(piece)
    return "".join(pieces)


def _command(command: Mapping[str, Any], collection: str | None) -> Iterator[str]:
    separator = "{"
    for index, (key, value) in enumerate(command.items()):
        if key in _DRIVERS:
            continue
        yield f"{separator}{json.dumps(key)}: "
        separator = ", "
        if collection is not None and value == collection and (index == 0 or key == "collection"):
            yield json.dumps(collection)
        else:
            yield from _value(value, 1)
    yield "}"


def _value(value: object, depth: int) -> Iterator[str]:
    if depth > _DEPTH_LIMIT:
        yield _PLACEHOLDER
    elif isinstance(value, Mapping):
        yield from _mapping(cast("Mapping[object, object]", value), depth)
    elif isinstance(value, list | tuple):
        yield from _sequence(cast("list[object]", value), depth)
    else:
        yield _PLACEHOLDER


def _mapping(value: Mapping[object, object], depth: int) -> Iterator[str]:
    yield "{"
    separator = ""
    for key, item in value.items():
        yield f"{separator}{json.dumps(str(key))}: "
        separator = ", "
        yield from _value(item, depth + 1)
    yield "}"


def _sequence(values: list[object], depth: int) -> Iterator[str]:
    yield "["
    separator = ""
    for item in values:
        yield separator
        separator = ", "
        yield from _value(item, depth + 1)
    yield "]"
