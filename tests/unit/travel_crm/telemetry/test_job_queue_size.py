"""The size of the queue is measured while it answers, and not made up while it does not."""

import asyncio
from contextlib import suppress

import pytest

from tests.unit.travel_crm.telemetry.conftest import Collected, labels
from travel_crm.domain.errors import UnavailableError
from travel_crm.telemetry.job_queue_size import watch_job_queue

pytestmark = pytest.mark.anyio


async def watched(looks: list[dict[str, int]]) -> None:
    """Watch a queue that answers so often, and never after."""

    async def look() -> dict[str, int]:
        await asyncio.sleep(0)
        if not looks:
            raise UnavailableError("job queue")
        return looks.pop(0)

    with suppress(TimeoutError):
        await asyncio.wait_for(watch_job_queue("emails", look), 0.1)


async def test_each_status_is_a_series(collected: Collected) -> None:
    """What waits, what is put aside, what is in hand, what was given up."""
    await watched([{"waiting": 3, "delayed": 2, "active": 1, "dead": 0}])

    series = collected.series("travel_crm.job_queue.size")
    assert series[labels(queue_name="emails", status="waiting")] == 3
    assert series[labels(queue_name="emails", status="dead")] == 0
    assert len(series) == 4


async def test_a_queue_that_does_not_answer_is_not_measured(collected: Collected) -> None:
    """The number from before would be taken for the truth."""
    await watched([])

    assert collected.series("travel_crm.job_queue.size") == {}
