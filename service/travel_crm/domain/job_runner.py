"""The worker's loop: take a job, do it, acknowledge it; retry what failed, bury what keeps failing.

A job is buried for its own failures only, a worker that it ended among them. While something that it needs is
away, it is tried again for as long as that takes.
"""

import asyncio
import logging
from collections.abc import Mapping

from travel_crm.domain.errors import (
    MailRejectedError,
    MailUnavailableError,
    UnavailableError,
    UnknownJobKindError,
    WorkersLostError,
)
from travel_crm.domain.jobs import JobHandler, JobSource, TakenJob

_logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 8
_FIRST_DELAY = 2.0
_LONGEST_DELAY = 300.0
_POINTLESS_TO_RETRY = (MailRejectedError, UnknownJobKindError)
_SOMETHING_IS_AWAY = (MailUnavailableError, UnavailableError)


def delay_after(attempt: int) -> float:
    """Return how many seconds to wait after a failed attempt: 2, 8, 32, 128, then 300."""
    return min(_FIRST_DELAY * 4 ** min(attempt - 1, MAX_ATTEMPTS), _LONGEST_DELAY)


class JobRunner:
    """Works on one job at a time until it is told to stop."""

    def __init__(self, source: JobSource, handlers: Mapping[str, JobHandler], pause: float = 1.0) -> None:
        """Bind the queue to the handlers, by the job's kind.

        `pause` is how many seconds to wait before asking a queue again that did not answer.
        """
        self._source = source
        self._handlers = handlers
        self._pause = pause
        self._queue_answers = True

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; the job in hand is finished first. An absent queue is waited for."""
        while not stop.is_set():
            try:
                await self._run_one()
            except UnavailableError as error:
                self._log_outage(error)
                await asyncio.sleep(self._pause)

    async def _run_one(self) -> None:
        taken = await self._source.take()
        if not self._queue_answers:
            self._queue_answers = True
            _logger.info("job queue is back")
        if taken is not None:
            await self._process(taken)

    def _log_outage(self, error: UnavailableError) -> None:
        if self._queue_answers:
            _logger.warning("job queue does not answer", extra={"dependency": error.dependency})
        self._queue_answers = False

    async def _process(self, taken: TakenJob) -> None:
        with self._source.processing(taken) as attempt:
            try:
                await self._handler_of(taken)(taken.job)
            except Exception as error:  # noqa: BLE001 - whatever a job does, the worker goes on to the next
                attempt.failed(error)
                await self._settle_failure(taken, error)
            else:
                await self._source.acknowledge(taken)
                _logger.info("job done", extra=_described(taken))

    def _handler_of(self, taken: TakenJob) -> JobHandler:
        if taken.own_attempt > MAX_ATTEMPTS:
            raise WorkersLostError(f"taken {taken.own_attempt - 1} times before")
        handler = self._handlers.get(taken.job.kind)
        if handler is None:
            raise UnknownJobKindError(taken.job.kind)
        return handler

    async def _settle_failure(self, taken: TakenJob, error: Exception) -> None:
        excused = isinstance(error, _SOMETHING_IS_AWAY)
        worn_out = taken.own_attempt >= MAX_ATTEMPTS and not excused
        if worn_out or isinstance(error, _POINTLESS_TO_RETRY):
            _logger.error("job buried", extra=_described(taken), exc_info=error)
            await self._source.bury(taken)
            return
        delay = delay_after(taken.attempt)
        _logger.warning(
            "job failed, will be tried again",
            extra={**_described(taken), "delay_seconds": delay, "reason": str(error) or type(error).__name__},
        )
        await self._source.retry(taken, delay, excused=excused)


def _described(taken: TakenJob) -> dict[str, object]:
    return {"job_id": taken.job.id, "job_kind": taken.job.kind, "attempt": taken.attempt}
