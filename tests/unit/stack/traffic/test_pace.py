"""Requests are spread over time, whoever sends them."""

import asyncio
import time

import pytest

from stack.traffic.pace import Pace

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio."""
    return "asyncio"


async def test_no_more_go_than_the_rate_allows() -> None:
    """Twenty at a rate of a hundred take a fifth of a second, however many people send them."""
    pace = Pace(100)
    began = time.monotonic()

    await asyncio.gather(*(pace.turn() for _ in range(21)))

    assert time.monotonic() - began >= 0.19


async def test_time_that_was_lost_is_not_caught_up() -> None:
    """A service that was slow for a while is not hit by everything at once afterwards."""
    pace = Pace(20)
    await pace.turn()
    await asyncio.sleep(0.3)
    began = time.monotonic()

    for _ in range(3):
        await pace.turn()

    assert time.monotonic() - began >= 0.09
