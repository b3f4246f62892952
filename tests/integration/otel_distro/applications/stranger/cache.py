"""Orders in Redis, through both of its clients."""

import os
from functools import cache

import redis
import redis.asyncio

URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379/0")


@cache
def client() -> redis.asyncio.Redis:
    """Return the client for coroutines."""
    return redis.asyncio.Redis.from_url(URL)


async def knows(order_id: str) -> bool:
    """Say whether an order is cached."""
    return await client().get(f"order:{order_id}") is not None


async def remember(order_id: str) -> None:
    """Cache an order for a minute."""
    await client().set(f"order:{order_id}", "1", ex=60)


async def forget(order_id: str) -> None:
    """Drop an order from the cache."""
    await client().delete(f"order:{order_id}")


def count() -> int:
    """Count the cached orders, in a thread."""
    with redis.Redis.from_url(URL) as synchronous:
        return len(list(synchronous.scan_iter("order:*")))
