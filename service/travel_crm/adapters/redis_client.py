"""Connections to Redis, bounded so that a Redis that is down costs a request little.

No command is sent a second time by the client: the cache has the store behind it, and a queue command whose
answer was lost may have been carried out.
"""

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff


def create_redis_client(url: str, answer_within: float) -> Redis:
    """Return a client that connects with its first command.

    `answer_within` is how many seconds a connection and an answer may take before `redis.TimeoutError`.
    """
    return Redis.from_url(
        url,
        socket_timeout=answer_within,
        socket_connect_timeout=answer_within,
        retry=Retry(NoBackoff(), 0),
        client_name="travel-crm",
    )


async def ping_redis(client: Redis) -> None:
    """Raise a `RedisError` unless Redis answers."""
    await client.ping()
