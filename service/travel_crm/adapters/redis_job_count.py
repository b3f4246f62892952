"""How many jobs lie where on a queue in Redis; each is in one place, so the numbers add up to all jobs."""

from collections.abc import Awaitable
from typing import cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from travel_crm.adapters.redis_job_keys import JobKeys
from travel_crm.adapters.untraced import untraced
from travel_crm.domain.errors import UnavailableError


class RedisJobCount:
    """Counts the jobs of one queue; nobody asked for it, so it makes no spans."""

    def __init__(self, redis: Redis, keys: JobKeys) -> None:
        self._redis = redis
        self._keys = keys

    async def __call__(self) -> dict[str, int]:
        """Return the jobs by `waiting`, `delayed`, `active`, `dead`; raise `UnavailableError`."""
        try:
            with untraced():
                return await self._counted()
        except RedisError as error:
            raise UnavailableError("job queue") from error

    async def _counted(self) -> dict[str, int]:
        workers = await cast("Awaitable[set[bytes]]", self._redis.smembers(self._keys.workers))
        commands = self._redis.pipeline(transaction=True)
        commands.llen(self._keys.ready)
        commands.zcard(self._keys.delayed)
        commands.llen(self._keys.dead)
        for worker in workers:
            commands.llen(self._keys.processing(worker.decode()))
        waiting, delayed, dead, *held = await commands.execute()
        return {"waiting": waiting, "delayed": delayed, "active": sum(held), "dead": dead}
