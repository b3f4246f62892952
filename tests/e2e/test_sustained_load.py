"""Two hundred requests a second for a minute, on one process of the API with everything on."""

import asyncio
import time
from collections import Counter
from typing import Any

import httpx
import psutil
import pytest

from stack.demo_key import demo_key
from stack.traffic.pace import Pace
from tests.e2e.conftest import Sent

RATE, SECONDS, WARM_UP = 200, 60, 20
MOST_GROWTH = 8 * 1024 * 1024
_AT_ONCE = 64


@pytest.mark.soak
def test_no_error_and_no_growth(full_stack: Any, booked: Sent) -> None:
    """People look at bookings, now and then at the list; none fails, and memory stays as it is."""
    (api,) = [psutil.Process(one.pid) for one in full_stack.states() if one.name == "api"]
    caller = {"base_url": full_stack.addresses.api, "headers": {"X-API-Key": demo_key(full_stack.settings)}}
    paths = [f"/bookings/{booked.response.json()['id']}"] * 19 + ["/bookings?limit=10"]
    asyncio.run(look(caller, paths, RATE * WARM_UP))
    before = api.memory_info().rss

    began = time.monotonic()

    answers = asyncio.run(look(caller, paths, RATE * SECONDS))

    assert time.monotonic() - began < SECONDS * 1.1
    assert answers == {200: RATE * SECONDS}
    assert api.memory_info().rss - before < MOST_GROWTH


async def look(caller: dict[str, Any], paths: list[str], requests: int) -> Counter[int]:
    """Send so many requests at the rate; return how often each status was the answer."""
    answers: Counter[int] = Counter()
    pace, room = Pace(RATE), asyncio.Semaphore(_AT_ONCE)
    limits = httpx.Limits(max_connections=_AT_ONCE, keepalive_expiry=2)

    async with httpx.AsyncClient(**caller, timeout=15, limits=limits, trust_env=False) as client:

        async def one(path: str) -> None:
            async with room:
                answers[(await client.get(path)).status_code] += 1

        async with asyncio.TaskGroup() as group:
            for number in range(requests):
                await pace.turn()
                group.create_task(one(paths[number % len(paths)]))
    return answers
