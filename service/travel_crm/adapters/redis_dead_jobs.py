"""The jobs that were given up: to be looked at, and put back where a person thinks they will work now.

A job is put back as it is, so the trace that it came with goes on; its attempts are counted anew.
"""

from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from typing import cast

from pydantic import ValidationError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from travel_crm.adapters.redis_job_keys import JobKeys
from travel_crm.domain.errors import UnavailableError
from travel_crm.domain.jobs import Job

_PUT_BACK = """
if redis.call('LREM', KEYS[1], 1, ARGV[1]) == 0 then return 0 end
redis.call('LPUSH', KEYS[2], ARGV[1])
return 1
"""


class RedisDeadJobs:
    """The dead jobs of one queue; all methods raise `UnavailableError` when Redis does not answer."""

    def __init__(self, redis: Redis, keys: JobKeys) -> None:
        self._redis = redis
        self._keys = keys

    async def listed(self) -> list[tuple[bytes, Job | None]]:
        """Return the jobs as they lie there, latest first; None for one that cannot be read."""
        with _reaching_redis():
            lines = self._redis.lrange(self._keys.dead, 0, -1)
            return [(raw, _read(raw)) for raw in await cast("Awaitable[list[bytes]]", lines)]

    async def put_back(self, raw: bytes) -> bool:
        """Let a job be taken again; return False when it is no longer here."""
        with _reaching_redis():
            moved = self._redis.eval(_PUT_BACK, 2, self._keys.dead, self._keys.ready, cast("str", raw))
            return bool(await cast("Awaitable[int]", moved))


def _read(raw: bytes) -> Job | None:
    try:
        return Job.model_validate_json(raw)
    except ValidationError:
        return None


@contextmanager
def _reaching_redis() -> Iterator[None]:
    try:
        yield
    except RedisError as error:
        raise UnavailableError("job queue") from error
