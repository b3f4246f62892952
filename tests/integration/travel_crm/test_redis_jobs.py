"""The job queue in a real Redis: no job is lost, whatever becomes of the worker that holds it."""

import asyncio
import json
import logging
from dataclasses import dataclass

import pytest
from redis.asyncio import Redis

from travel_crm.adapters.redis_client import create_redis_client
from travel_crm.adapters.redis_job_keys import JobKeys
from travel_crm.adapters.redis_job_queue import RedisJobQueue
from travel_crm.adapters.redis_job_source import RedisJobSource
from travel_crm.adapters.redis_job_upkeep import RedisJobUpkeep
from travel_crm.domain.errors import UnavailableError
from travel_crm.domain.job_runner import MAX_ATTEMPTS, JobRunner
from travel_crm.domain.jobs import Job, JobKind, TakenJob

pytestmark = pytest.mark.anyio

KEYS = JobKeys("emails")
TENANT = "a" * 32


@dataclass
class Worker:
    """A worker's two sides of the queue."""

    source: RedisJobSource
    upkeep: RedisJobUpkeep
    name: str

    async def taken(self) -> TakenJob:
        """Take a job that is there."""
        job = await self.source.take()
        assert job is not None
        return job


def worker(redis: Redis, name: str) -> Worker:
    """Return a worker of this name."""
    upkeep = RedisJobUpkeep(redis, KEYS, name)
    return Worker(RedisJobSource(redis, KEYS, name, upkeep), upkeep, name)


async def enqueue(redis: Redis, *bookings: str) -> None:
    """Put jobs on the queue, one a booking."""
    queue = RedisJobQueue(redis, KEYS, TENANT)
    for booking in bookings:
        await queue.enqueue(JobKind.BOOKING_CONFIRMATION, {"booking_id": booking})


async def left_in_redis(redis: Redis) -> set[str]:
    """Return the keys that hold jobs or are about them, without the workers' own."""
    keys = {str(key, "utf-8").removeprefix("travel-crm:jobs:emails:") async for key in redis.scan_iter()}
    return {key for key in keys if not key.startswith(("workers", "heartbeat"))}


async def test_jobs_are_taken_in_order_and_gone_when_acknowledged(redis: Redis) -> None:
    """First in, first out; at the end nothing is left."""
    await enqueue(redis, "one", "two")
    one = worker(redis, "one")

    first = await one.taken()
    await one.source.acknowledge(first)
    second = await one.taken()
    await one.source.acknowledge(second)

    assert [first.job.payload["booking_id"], second.job.payload["booking_id"]] == ["one", "two"]
    assert (first.job.kind, first.attempt) == ("booking_confirmation", 1)
    assert await one.source.take() is None
    assert await left_in_redis(redis) == set()


async def test_a_job_in_a_workers_hands_is_nobody_elses(redis: Redis) -> None:
    """It is not lost either: it lies on the worker's own list."""
    await enqueue(redis, "one")
    one, two = worker(redis, "one"), worker(redis, "two")
    await one.taken()

    await two.upkeep.do_round()

    assert await two.source.take() is None
    assert "processing:one" in await left_in_redis(redis)


async def test_a_dead_workers_job_goes_to_another(redis: Redis, caplog: pytest.LogCaptureFixture) -> None:
    """The dead worker's attempt counts, so that a job which kills workers comes to an end."""
    await enqueue(redis, "one")
    one, two = worker(redis, "one"), worker(redis, "two")
    held = await one.taken()
    await redis.delete(KEYS.heartbeat("one"))

    await two.upkeep.do_round()
    inherited = await two.taken()
    await two.source.acknowledge(inherited)

    assert inherited.job == held.job
    assert inherited.attempt == 2
    assert "took over the jobs of a worker that is gone" in caplog.text
    assert await left_in_redis(redis) == set()
    assert await redis.smembers(KEYS.workers) == {b"two"}


async def test_a_job_that_kills_its_workers_is_buried(redis: Redis) -> None:
    """The one that takes it next finds that there were too many before, and lives."""
    await enqueue(redis, "deadly", "next")
    done: list[str] = []
    stop = asyncio.Event()

    async def confirm(job: Job) -> None:
        done.append(job.payload["booking_id"])
        stop.set()

    for number in range(MAX_ATTEMPTS):
        await worker(redis, f"dead-{number}").taken()
        await redis.delete(KEYS.heartbeat(f"dead-{number}"))
        await worker(redis, "heir").upkeep.do_round()
    await JobRunner(worker(redis, "living").source, {JobKind.BOOKING_CONFIRMATION: confirm}).run(stop)

    (buried,) = await redis.lrange(KEYS.dead, 0, -1)
    assert json.loads(buried)["payload"] == {"booking_id": "deadly"}
    assert done == ["next"]
    assert await left_in_redis(redis) == {"dead"}


async def test_a_sign_of_life_goes_away(redis: Redis) -> None:
    """A worker that no longer does its rounds is taken for dead within seconds."""
    one = worker(redis, "one")

    await one.upkeep.do_round()

    assert 0 < await redis.ttl(KEYS.heartbeat("one")) <= 15


async def test_a_failed_job_waits_and_comes_back(redis: Redis) -> None:
    """It is not ready before its time; then it is the next attempt."""
    await enqueue(redis, "one")
    one = worker(redis, "one")

    failed = await one.taken()
    await one.source.retry(failed, delay=60, excused=False)
    await one.upkeep.do_round()
    too_early = await one.source.take()
    await redis.zadd(KEYS.delayed, {failed.raw: 1})
    await one.upkeep.do_round()
    again = await one.taken()

    assert too_early is None
    assert again.attempt == 2
    await one.source.acknowledge(again)
    assert await left_in_redis(redis) == set()


async def test_an_excused_attempt_does_not_count_against_the_job(redis: Redis) -> None:
    """Its number goes on all the same, as the waits grow with it."""
    await enqueue(redis, "one")
    one = worker(redis, "one")
    for excused in (True, False, True):
        failed = await one.taken()
        await one.source.retry(failed, delay=-1, excused=excused)
        await one.upkeep.do_round()

    again = await one.taken()
    await one.source.acknowledge(again)

    assert (again.attempt, again.own_attempt) == (4, 2)
    assert await left_in_redis(redis) == set()


async def test_a_buried_job_is_kept_for_people(redis: Redis) -> None:
    """Nobody takes it again."""
    await enqueue(redis, "one")
    one = worker(redis, "one")

    taken = await one.taken()
    await one.source.bury(taken)

    assert await one.source.take() is None
    assert await redis.lrange(KEYS.dead, 0, -1) == [taken.raw]
    assert await left_in_redis(redis) == {"dead"}


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe", b"nonsense", b'{"kind": 1}', b"[]"])
async def test_what_is_no_job_is_buried(redis: Redis, raw: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """It holds nobody up, and the log does not quote it."""
    await redis.lpush(KEYS.ready, raw)
    await enqueue(redis, "one")
    one = worker(redis, "one")

    assert await one.source.take() is None
    assert (await one.taken()).job.payload == {"booking_id": "one"}
    assert await redis.lrange(KEYS.dead, 0, -1) == [raw]
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


async def test_a_job_whose_settling_was_cut_off_is_done_again(redis: Redis) -> None:
    """A worker holds one job at a time: what is on its list when it asks for the next is unfinished."""
    await enqueue(redis, "one")
    one = worker(redis, "one")
    held = await one.taken()

    again = await one.taken()

    assert again.job == held.job
    assert again.attempt == 2


async def test_an_orderly_end_gives_back_what_is_held(redis: Redis) -> None:
    """Another worker need not wait for the sign of life to go away."""
    await enqueue(redis, "one")
    one, two = worker(redis, "one"), worker(redis, "two")
    held = await one.taken()

    await one.upkeep.retire()

    assert (await two.taken()).job == held.job
    assert await redis.smembers(KEYS.workers) == {b"two"}


async def test_a_job_carries_no_personal_data(redis: Redis) -> None:
    """Identifiers only, and the headers of the trace where there is one."""
    await enqueue(redis, "one")

    (raw,) = await redis.lrange(KEYS.ready, 0, -1)
    assert json.loads(raw).keys() == {"id", "tenant_id", "kind", "payload", "headers"}
    assert json.loads(raw)["headers"] == {}


async def test_without_redis(free_port: int) -> None:
    """Both sides say that the queue is away."""
    client = create_redis_client(f"redis://127.0.0.1:{free_port}/0", answer_within=1)
    one = worker(client, "one")

    with pytest.raises(UnavailableError, match="job queue"):
        await enqueue(client, "one")
    with pytest.raises(UnavailableError, match="job queue"):
        await one.source.take()
    await client.aclose()
