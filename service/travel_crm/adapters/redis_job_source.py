"""The side of the job queue that takes jobs: nothing is off the queue until it is acknowledged.

A job moves to the worker's own `processing` list in the same step that takes it (BLMOVE). It leaves that list
with its acknowledgement, or when `RedisJobUpkeep` of any worker finds that this one is gone.
https://redis.io/docs/latest/commands/blmove/
"""

import logging
import time
from collections.abc import Awaitable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import cast

from pydantic import ValidationError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from travel_crm.adapters.job_spans import TracedAttempt, process_span
from travel_crm.adapters.redis_job_keys import JobKeys
from travel_crm.adapters.redis_job_upkeep import RedisJobUpkeep
from travel_crm.adapters.untraced import untraced
from travel_crm.domain.errors import UnavailableError
from travel_crm.domain.jobs import Job, TakenJob

SECONDS_TO_WAIT = 1

_logger = logging.getLogger(__name__)


class RedisJobSource:
    """Takes jobs off a queue in Redis, one at a time, for one worker."""

    def __init__(self, redis: Redis, keys: JobKeys, worker: str, upkeep: RedisJobUpkeep) -> None:
        """Bind a worker's name to a queue; the client must allow an answer more than a second."""
        self._redis = redis
        self._keys = keys
        self._upkeep = upkeep
        self._processing = keys.processing(worker)
        self._may_hold_a_job = True

    async def take(self) -> TakenJob | None:
        """Wait up to a second for a job and take it; raise `UnavailableError` when Redis does not answer."""
        with untraced(), _reaching_redis():
            await self._upkeep.show_life()
            await self._give_back_what_is_left()
            self._may_hold_a_job = True
            raw = await self._move_to_processing()
            if raw is None:
                self._may_hold_a_job = False
                return None
            return await self._opened(raw)

    def processing(self, taken: TakenJob) -> AbstractContextManager[TracedAttempt]:
        """Run the span of working on the job, in the trace that it came with."""
        return process_span(self._keys.queue, taken)

    async def acknowledge(self, taken: TakenJob) -> None:
        """Take the job off the queue for good."""
        await self._settle(taken.raw, forget=taken.job.id)

    async def retry(self, taken: TakenJob, delay: float, *, excused: bool) -> None:
        """Put the job aside for `delay` seconds."""
        await self._settle(taken.raw, due=time.time() + delay, excuse=taken.job.id if excused else None)

    async def bury(self, taken: TakenJob) -> None:
        """Move the job to the dead ones."""
        await self._settle(taken.raw, forget=taken.job.id, bury=True)

    async def _give_back_what_is_left(self) -> None:
        """Return a job whose taking or settling was cut off by an error; it counts as an attempt."""
        if self._may_hold_a_job:
            while await self._redis.execute_command(
                "LMOVE", self._processing, self._keys.ready, "RIGHT", "RIGHT"
            ):
                pass

    async def _move_to_processing(self) -> bytes | None:
        move = self._redis.blmove(
            self._keys.ready, self._processing, timeout=SECONDS_TO_WAIT, src="RIGHT", dest="LEFT"
        )
        return await cast("Awaitable[bytes | None]", move)

    async def _opened(self, raw: bytes) -> TakenJob | None:
        try:
            job = Job.model_validate_json(raw)
        except ValidationError:
            _logger.error("job buried: it cannot be read")
            await self._settle(raw, bury=True)
            return None
        counts = self._redis.pipeline(transaction=True)
        counts.hincrby(self._keys.attempts, job.id, 1)
        counts.hget(self._keys.excused, job.id)
        attempt, excused = await counts.execute()
        return TakenJob(job, raw, attempt, int(excused or 0))

    async def _settle(
        self,
        raw: bytes,
        *,
        forget: str | None = None,
        due: float | None = None,
        excuse: str | None = None,
        bury: bool = False,
    ) -> None:
        """Take the job out of this worker's hands and put it where it belongs, in one transaction."""
        commands = self._redis.pipeline(transaction=True)
        commands.lrem(self._processing, 1, cast("str", raw))
        if forget is not None:
            commands.hdel(self._keys.attempts, forget)
            commands.hdel(self._keys.excused, forget)
        if due is not None:
            commands.zadd(self._keys.delayed, {raw: due})
        if excuse is not None:
            commands.hincrby(self._keys.excused, excuse, 1)
        if bury:
            commands.lpush(self._keys.dead, raw)
        with _reaching_redis():
            await commands.execute()
        self._may_hold_a_job = False


@contextmanager
def _reaching_redis() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise UnavailableError("job queue") from error
