"""The worker's loop, with a queue that follows a script."""

import asyncio

import pytest

from tests.unit.travel_crm.fakes import ScriptedJobSource, taken_job
from travel_crm.domain.errors import (
    MailDeferredError,
    MailRejectedError,
    MailUnavailableError,
    UnavailableError,
    WorkersLostError,
)
from travel_crm.domain.job_runner import MAX_ATTEMPTS, JobRunner, delay_after
from travel_crm.domain.jobs import Job, JobHandler

pytestmark = pytest.mark.anyio


async def run_through(source: ScriptedJobSource, handler: JobHandler) -> None:
    """Run the loop until the script has come to its end."""
    stop = asyncio.Event()
    runner = JobRunner(source, {"booking_confirmation": handler}, pause=0)
    task = asyncio.create_task(runner.run(stop))
    while source.script:
        await asyncio.sleep(0)
    stop.set()
    await task


async def succeed(job: Job) -> None:
    """Do a job."""


def failing_with(error: Exception) -> JobHandler:
    """Return a handler that always fails in one way."""

    async def fail(job: Job) -> None:
        raise error

    return fail


async def test_a_job_is_acknowledged_when_it_is_done() -> None:
    """Each job that was taken is acknowledged, in order."""
    first, second = taken_job(), taken_job()
    source = ScriptedJobSource(first, second)

    await run_through(source, succeed)

    assert source.acknowledged == [first.job.id, second.job.id]


async def test_a_job_that_fails_is_tried_again_later() -> None:
    """The error is on the attempt's span; the next job is not held up."""
    failed, next_one = taken_job(attempt=2), taken_job()
    error = MailDeferredError("not now")
    source = ScriptedJobSource(failed, next_one)

    await run_through(source, failing_with(error))

    assert source.retried == [(failed.job.id, 8.0, False), (next_one.job.id, 2.0, False)]
    assert source.attempts[0].error is error
    assert not source.acknowledged


async def test_a_job_that_keeps_failing_is_buried(caplog: pytest.LogCaptureFixture) -> None:
    """The last attempt is an error in the log, with the reason."""
    last = taken_job(attempt=MAX_ATTEMPTS)
    source = ScriptedJobSource(last)

    await run_through(source, failing_with(MailDeferredError("not now")))

    assert source.buried == [last.job.id]
    assert "job buried" in caplog.text
    assert "not now" in caplog.text


@pytest.mark.parametrize("error", [MailUnavailableError("not now"), UnavailableError("document store")])
async def test_an_outage_buries_no_job(error: Exception) -> None:
    """However long it takes: the job is tried at least every five minutes, and its attempts are excused."""
    often = taken_job(attempt=2000, excused=2000 - MAX_ATTEMPTS)
    source = ScriptedJobSource(often)

    await run_through(source, failing_with(error))

    assert source.retried == [(often.job.id, 300.0, True)]
    assert not source.buried


async def test_a_job_is_buried_for_its_own_failures_after_an_outage_too() -> None:
    """What is excused are the attempts in the outage, not those after it."""
    early = taken_job(attempt=20, excused=20 - MAX_ATTEMPTS + 1)
    last = taken_job(attempt=20, excused=20 - MAX_ATTEMPTS)
    source = ScriptedJobSource(early, last)

    await run_through(source, failing_with(ValueError("always")))

    assert [job for job, *_ in source.retried] == [early.job.id]
    assert source.buried == [last.job.id]


async def test_a_job_that_kills_its_worker_is_buried_untouched(caplog: pytest.LogCaptureFixture) -> None:
    """It never fails, as nobody is left to say so; it is taken so often, and then not begun again."""
    begun: list[str] = []

    async def kill(job: Job) -> None:
        begun.append(job.id)

    deadly, next_one = taken_job(attempt=MAX_ATTEMPTS + 1), taken_job()
    source = ScriptedJobSource(deadly, next_one)

    await run_through(source, kill)

    assert source.buried == [deadly.job.id]
    assert begun == source.acknowledged == [next_one.job.id]
    assert isinstance(source.attempts[0].error, WorkersLostError)
    assert "taken 8 times before" in caplog.text


async def test_a_job_that_cannot_succeed_is_buried_at_once() -> None:
    """A refused message, or a job of a kind that is not known here, gains nothing by another try."""
    refused, unknown = taken_job(), taken_job(kind="of_the_future")
    source = ScriptedJobSource(refused, unknown)

    await run_through(source, failing_with(MailRejectedError("no such mailbox")))

    assert source.buried == [refused.job.id, unknown.job.id]


async def test_a_queue_that_is_away_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    """An outage is one line when it begins and one when it ends, however long it takes."""
    caplog.set_level("INFO")
    job = taken_job()
    source = ScriptedJobSource(*(UnavailableError("job queue") for _ in range(5)), job)

    await run_through(source, succeed)

    assert source.acknowledged == [job.job.id]
    assert caplog.messages == ["job queue does not answer", "job queue is back", "job done"]


async def test_the_job_in_hand_is_finished_before_stopping() -> None:
    """Told to stop in the middle of a job, the worker does it and takes no other."""
    stop, begun, go_on = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def slow(job: Job) -> None:
        begun.set()
        await go_on.wait()

    first, second = taken_job(), taken_job()
    source = ScriptedJobSource(first, second)
    task = asyncio.create_task(JobRunner(source, {"booking_confirmation": slow}).run(stop))
    await begun.wait()

    stop.set()
    go_on.set()
    await task

    assert source.acknowledged == [first.job.id]
    assert source.script == [second]


def test_the_waits_grow_and_are_bounded() -> None:
    """A message that is not taken for a quarter of an hour is not given up."""
    delays = [delay_after(attempt) for attempt in range(1, MAX_ATTEMPTS)]

    assert delays == [2, 8, 32, 128, 300, 300, 300]
    assert sum(delays) > 15 * 60
