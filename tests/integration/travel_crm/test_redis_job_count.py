"""Every job on the queue is counted once, wherever it lies."""

import pytest
from redis.asyncio import Redis

from tests.integration.travel_crm.test_redis_jobs import KEYS, enqueue, worker
from travel_crm.adapters.redis_client import create_redis_client
from travel_crm.adapters.redis_job_count import RedisJobCount
from travel_crm.domain.errors import UnavailableError

pytestmark = pytest.mark.anyio


async def test_jobs_are_counted_by_what_they_wait_for(redis: Redis) -> None:
    """One put aside, one buried, one in hand, two waiting; none of them twice."""
    empty = await RedisJobCount(redis, KEYS)()
    await enqueue(redis, "one", "two", "three", "four", "five")
    one = worker(redis, "one")

    await one.source.retry(await one.taken(), 60, excused=False)
    await one.source.bury(await one.taken())
    await one.taken()

    assert set(empty.values()) == {0}
    assert await RedisJobCount(redis, KEYS)() == {"waiting": 2, "delayed": 1, "active": 1, "dead": 1}


async def test_without_redis_there_is_no_number(free_port: int) -> None:
    """Zero would be a lie."""
    client = create_redis_client(f"redis://127.0.0.1:{free_port}/0", answer_within=1)

    with pytest.raises(UnavailableError):
        await RedisJobCount(client, KEYS)()
    await client.aclose()
