"""The side of the job queue that hands jobs over: an LPUSH, inside the span whose context the job carries."""

from collections.abc import Awaitable, Mapping
from typing import cast

from redis.asyncio import Redis
from redis.exceptions import RedisError

from travel_crm.adapters.job_spans import send_span
from travel_crm.adapters.redis_job_keys import JobKeys
from travel_crm.domain.errors import UnavailableError
from travel_crm.domain.jobs import Job, JobKind


class RedisJobQueue:
    """Puts one tenant's jobs on a queue in Redis."""

    def __init__(self, redis: Redis, keys: JobKeys, tenant_id: str) -> None:
        self._redis = redis
        self._keys = keys
        self._tenant_id = tenant_id

    async def enqueue(self, kind: JobKind, payload: Mapping[str, str]) -> None:
        """Put a job on the queue; raise `UnavailableError` when Redis did not say that it has it."""
        job = Job(tenant_id=self._tenant_id, kind=kind, payload=dict(payload))
        with send_span(self._keys.queue, job) as headers:
            carrying = job.model_copy(update={"headers": headers})
            try:
                push = self._redis.lpush(self._keys.ready, carrying.model_dump_json())
                await cast("Awaitable[int]", push)
            except RedisError as error:
                raise UnavailableError("job queue") from error
