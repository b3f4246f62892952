"""Orders in MongoDB, through both of PyMongo's clients."""

import os
from functools import cache
from typing import Any

from pymongo import AsyncMongoClient, MongoClient

URI = os.environ.get("MONGODB_URI", "mongodb://127.0.0.1:27017/shop")


@cache
def orders() -> Any:
    """Return the collection, for coroutines."""
    return AsyncMongoClient(URI).get_default_database()["orders"]


async def save(order_id: str) -> None:
    """Write one order."""
    await orders().insert_one({"_id": order_id})


async def load(order_id: str) -> Any:
    """Read one order."""
    return await orders().find_one({"_id": order_id})


def count() -> int:
    """Count the orders, in a thread."""
    with MongoClient[Any](URI) as client:
        return client.get_default_database()["orders"].count_documents({})
