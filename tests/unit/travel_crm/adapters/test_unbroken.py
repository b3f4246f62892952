"""Operations come to their end, whatever becomes of who waits for them."""

import asyncio

import pytest

from travel_crm.adapters.unbroken import unbroken

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("outcome", ["done", LookupError("a bug")])
async def test_a_cancellation_waits_for_the_end(outcome: str | Exception) -> None:
    """However often it is repeated, it is told when the operation is over, and the outcome is nobody's."""
    goes_on = asyncio.Event()
    ended: list[str] = []

    async def operation() -> None:
        await goes_on.wait()
        ended.append("ended")
        if isinstance(outcome, Exception):
            raise outcome

    waiting = asyncio.create_task(unbroken(operation()))
    for _ in range(2):
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting], timeout=0.01)
    assert not waiting.done()
    goes_on.set()
    await asyncio.wait([waiting])

    assert ended == ["ended"]
    assert waiting.cancelled()


async def test_without_one_nothing_is_different() -> None:
    """The result comes back, and so does what was raised."""

    async def succeed() -> int:
        return 42

    async def fail() -> int:
        raise LookupError("a bug")

    assert await unbroken(succeed()) == 42
    with pytest.raises(LookupError, match="a bug"):
        await unbroken(fail())
