"""A Redis that does not answer costs one of many readers something, and is found again when it does."""

import asyncio
import logging

import pytest
from redis.asyncio import Redis

from travel_crm.adapters.redis_client import create_redis_client
from travel_crm.adapters.redis_sparing import SECONDS_LEFT_ALONE, SparingRedis

pytestmark = pytest.mark.anyio


class Clock:
    """Stands until it is set."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Tell the time, in seconds."""
        return self.now


class Commands:
    """Sends the same command and counts how often."""

    def __init__(self) -> None:
        self.sent = 0

    async def __call__(self, redis: Redis) -> bool:
        """Ask whether Redis is there."""
        self.sent += 1
        return await redis.ping()


async def test_readers_wait_for_a_redis_that_hangs_once(silent_port: int) -> None:
    """The first pays for it; for the next seconds all go on without, then one of them looks again."""
    redis = create_redis_client(f"redis://127.0.0.1:{silent_port}/0", answer_within=0.2)
    clock, command = Clock(), Commands()
    spared = SparingRedis(redis, clock)

    outcomes = [await spared.ask(command) for _ in range(50)]
    clock.now += SECONDS_LEFT_ALONE
    outcomes += await asyncio.gather(*(spared.ask(command) for _ in range(50)))

    assert outcomes == [None] * 100
    assert command.sent == 2
    await redis.aclose()


async def test_what_must_be_tried_is(silent_port: int) -> None:
    """An invalidation does not wait for better times."""
    redis = create_redis_client(f"redis://127.0.0.1:{silent_port}/0", answer_within=0.2)
    spared, command = SparingRedis(redis), Commands()

    assert [await spared.insist(command) for _ in range(2)] == [None, None]
    assert command.sent == 2
    await redis.aclose()


async def test_a_refusal_is_an_answer(redis: Redis, caplog: pytest.LogCaptureFixture) -> None:
    """A command that Redis refuses, out of memory or of another type, keeps nobody from it."""
    caplog.set_level(logging.INFO, "travel_crm")
    await redis.set("text", "no list")
    spared, command = SparingRedis(redis), Commands()

    assert await spared.ask(lambda redis: redis.rpush("text", "item")) is None
    assert [await spared.ask(command) for _ in range(3)] == [True] * 3
    assert not caplog.records


async def test_beginning_and_end_are_told_once(redis: Redis, caplog: pytest.LogCaptureFixture) -> None:
    """What was found by one is good for all."""
    caplog.set_level(logging.INFO, "travel_crm")
    clock, command = Clock(), Commands()
    away = create_redis_client("redis://127.0.0.1:1/0", answer_within=0.2)
    spared = SparingRedis(redis, clock)

    for _ in range(3):
        await spared.insist(lambda _: away.ping())
    clock.now += SECONDS_LEFT_ALONE
    back = [await spared.ask(command) for _ in range(3)]

    assert back == [True] * 3
    assert [(record.levelname, record.getMessage()) for record in caplog.records] == [
        ("WARNING", "cache unavailable, going on without it"),
        ("INFO", "cache available again"),
    ]
    await away.aclose()
