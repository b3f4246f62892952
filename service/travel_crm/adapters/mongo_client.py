"""The connection to the document store, bounded so that a store that is down is told about within seconds.

https://pymongo.readthedocs.io/en/stable/api/pymongo/asynchronous/mongo_client.html
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import pymongo
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import ConnectionFailure, PyMongoError

from travel_crm.domain.errors import UnavailableError

Document = dict[str, Any]
Database = AsyncDatabase[Document]

_DEFAULT_DATABASE = "travel_crm"
_MILLISECONDS_TO_FIND_A_SERVER = 1500
_MILLISECONDS_FOR_AN_OPERATION = 3000
_SECONDS_FOR_A_PING = 1.0
_SHORTEST_TRY = 0.01
_FERRETDB_DEADLINE = "context deadline exceeded"


@dataclass
class _Budget:
    seconds_left: float


_budget: ContextVar[_Budget | None] = ContextVar("travel_crm_mongo_budget", default=None)


def create_mongo_client(uri: str) -> AsyncMongoClient[Document]:
    """Return a client that connects with its first operation; nothing is reached here."""
    return AsyncMongoClient(
        uri,
        tz_aware=True,
        serverSelectionTimeoutMS=_MILLISECONDS_TO_FIND_A_SERVER,
        connectTimeoutMS=_MILLISECONDS_TO_FIND_A_SERVER,
        timeoutMS=_MILLISECONDS_FOR_AN_OPERATION,
        appname="travel-crm",
    )


def database_of(client: AsyncMongoClient[Document]) -> Database:
    """Return the database that the URI names, `travel_crm` when it names none."""
    return client.get_default_database(_DEFAULT_DATABASE)


@contextmanager
def limit_to(seconds: float) -> Iterator[None]:
    """Let all operations of the current task together take so long; what comes after that fails at once.

    Time that is spent on anything else, such as waiting for a payment gateway, does not count.
    """
    token = _budget.set(_Budget(seconds))
    try:
        yield
    finally:
        _budget.reset(token)


async def ping_mongo(client: AsyncMongoClient[Document]) -> None:
    """Raise a `PyMongoError` unless the store answers within a second."""
    with pymongo.timeout(_SECONDS_FOR_A_PING):
        await client.admin.command("ping")


@contextmanager
def reaching_mongo() -> Iterator[None]:
    """Turn every way of not reaching the store, time running out included, into `UnavailableError`."""
    try:
        with _within_budget():
            yield
    except ConnectionFailure as error:
        raise UnavailableError("document store") from error
    except PyMongoError as error:
        # FerretDB has no code of its own for an operation that it gave up at its deadline.
        if error.timeout or _FERRETDB_DEADLINE in str(error):
            raise UnavailableError("document store") from error
        raise


@contextmanager
def _within_budget() -> Iterator[None]:
    """Take the time that an operation needs off what is left, and give it no more than that.

    https://pymongo.readthedocs.io/en/stable/api/pymongo/index.html#pymongo.timeout
    """
    budget = _budget.get()
    if budget is None:
        yield
        return
    began = time.monotonic()
    try:
        with pymongo.timeout(max(budget.seconds_left, _SHORTEST_TRY)):
            yield
    finally:
        budget.seconds_left -= time.monotonic() - began
