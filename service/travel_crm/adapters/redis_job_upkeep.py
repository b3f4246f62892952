"""What keeps the job queue going beside the taking of jobs: a sign of life, due retries, dead workers' jobs.

Every worker does it for all; the steps that two of them must not interleave are scripts, which Redis runs one
at a time. https://redis.io/docs/latest/develop/programmability/eval-intro/
"""

import asyncio
import logging
import time
from collections.abc import Awaitable
from typing import cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from travel_crm.adapters.redis_job_keys import JobKeys
from travel_crm.adapters.untraced import untraced

_SECONDS_BETWEEN_ROUNDS = 1.0

_MAKE_DUE_READY = """
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 100)
for _, job in ipairs(due) do
  redis.call('LPUSH', KEYS[2], job)
  redis.call('ZREM', KEYS[1], job)
end
return #due
"""

_INHERIT = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
local jobs = 0
while redis.call('LMOVE', KEYS[2], KEYS[3], 'RIGHT', 'RIGHT') do jobs = jobs + 1 end
redis.call('SREM', KEYS[4], ARGV[1])
return jobs
"""

_logger = logging.getLogger(__name__)


class RedisJobUpkeep:
    """Does the rounds for one worker."""

    def __init__(self, redis: Redis, keys: JobKeys, worker: str, seconds_to_live: int = 15) -> None:
        """Name the worker; `seconds_to_live` after its last round others take over the job it held."""
        self._redis = redis
        self._keys = keys
        self._worker = worker
        self._seconds_to_live = seconds_to_live

    async def run(self) -> None:
        """Do the rounds until cancelled; a Redis that does not answer is tried again."""
        while True:
            try:
                await self.do_round()
            except RedisError as error:
                _logger.debug("job queue upkeep failed: %s", type(error).__name__)
            await asyncio.sleep(_SECONDS_BETWEEN_ROUNDS)

    async def do_round(self) -> None:
        """Show that this worker lives, make due jobs ready, give back the jobs of workers that are gone."""
        with untraced():
            await self.show_life()
            await self._evaluate(_MAKE_DUE_READY, [self._keys.delayed, self._keys.ready], [str(time.time())])
            workers = await cast("Awaitable[set[bytes]]", self._redis.smembers(self._keys.workers))
            for name in workers:
                await self._inherit_from(name.decode())

    async def show_life(self) -> None:
        """Enter this worker among those that may hold a job; has to come before it takes one."""
        commands = self._redis.pipeline(transaction=True)
        commands.set(self._keys.heartbeat(self._worker), b"", ex=self._seconds_to_live)
        commands.sadd(self._keys.workers, self._worker)
        await commands.execute()

    async def retire(self) -> None:
        """Take back this worker's sign of life and give back what it holds, at an orderly end."""
        with untraced():
            await self._redis.delete(self._keys.heartbeat(self._worker))
            await self._inherit_from(self._worker)

    async def _inherit_from(self, worker: str) -> None:
        keys = [
            self._keys.heartbeat(worker),
            self._keys.processing(worker),
            self._keys.ready,
            self._keys.workers,
        ]
        jobs = await self._evaluate(_INHERIT, keys, [worker])
        if jobs:
            _logger.warning(
                "took over the jobs of a worker that is gone", extra={"worker": worker, "jobs": jobs}
            )

    async def _evaluate(self, script: str, keys: list[str], arguments: list[str]) -> int:
        return await cast("Awaitable[int]", self._redis.eval(script, len(keys), *keys, *arguments))
