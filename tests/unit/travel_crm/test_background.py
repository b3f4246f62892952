"""Work beside other work comes to its end with it, even where a cancellation is lost."""

import asyncio

import pytest

from travel_crm.background import running_beside

pytestmark = pytest.mark.anyio


async def test_the_work_goes_on_meanwhile() -> None:
    """It has begun when the context has anything to wait for, and is cancelled with it."""
    seen: list[str] = []

    async def work() -> None:
        try:
            seen.append("begun")
            await asyncio.Event().wait()
        finally:
            seen.append("ended")

    async with running_beside(work()):
        await asyncio.sleep(0)
        assert seen == ["begun"]

    assert seen == ["begun", "ended"]


async def test_a_cancellation_that_is_lost_is_repeated() -> None:
    """As `asyncio.wait_for` of Python 3.11 loses it, and the loop around it goes on."""
    lost = 0

    async def work() -> None:
        nonlocal lost
        while True:
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                lost += 1
                if lost == 2:
                    raise

    async with asyncio.timeout(5):
        async with running_beside(work()):
            await asyncio.sleep(0)

    assert lost == 2


async def test_what_the_work_failed_with_is_raised_at_the_end() -> None:
    """It does not go unseen."""

    async def work() -> None:
        raise LookupError("a bug")

    with pytest.raises(LookupError, match="a bug"):
        async with running_beside(work()):
            await asyncio.sleep(0)
