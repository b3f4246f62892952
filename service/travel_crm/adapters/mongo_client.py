"""The connection to the document store, bounded so that a store that is down is told about within seconds.

https://pymongo.readthedocs.io/en/stable/api/pymongo/asynchronous/mongo_client.html
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
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


def limit_to(seconds: float) -> AbstractContextManager[object]:
    """Return a context in which all operations together may take so long; the last ones then fail at once.

    https://pymongo.readthedocs.io/en/stable/api/pymongo/index.html#pymongo.timeout
    """
    return pymongo.timeout(seconds)


async def ping_mongo(client: AsyncMongoClient[Document]) -> None:
    """Raise a `PyMongoError` unless the store answers."""
    await client.admin.command("ping")


@contextmanager
def reaching_mongo() -> Iterator[None]:
    """Turn every way of not reaching the store, time running out included, into `UnavailableError`."""
    try:
        yield
    except ConnectionFailure as error:
        raise UnavailableError("document store") from error
    except PyMongoError as error:
        if error.timeout:
            raise UnavailableError("document store") from error
        raise
