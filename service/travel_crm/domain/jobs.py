"""Jobs: work that is done after the answer, by the worker, at least once.

A job is acknowledged only when it is done, so it survives a worker that dies; the price is that a worker
which dies between doing and acknowledging makes it happen twice.
"""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from travel_crm.domain.fields import new_identifier


class JobKind(StrEnum):
    """What a job is about."""

    BOOKING_CONFIRMATION = "booking_confirmation"
    PAYMENT_RECEIPT = "payment_receipt"
    SLA_ESCALATION = "sla_escalation"


class Job(BaseModel):
    """A message on the queue: identifiers, no personal data; `headers` hold the trace it belongs to."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(default_factory=new_identifier)
    tenant_id: str
    kind: str
    payload: dict[str, str]
    headers: dict[str, str] = Field(default_factory=dict)


@dataclass(frozen=True)
class TakenJob:
    """A job in this worker's hands, as it lies on the queue, and which attempt at it this is, from 1.

    `excused` is how many of the attempts before failed since something was away.
    """

    job: Job
    raw: bytes
    attempt: int
    excused: int = 0

    @property
    def own_attempt(self) -> int:
        """Return which attempt this is without those that nothing could have come of."""
        return self.attempt - self.excused


class JobQueue(Protocol):
    """Where one tenant's jobs are handed over."""

    async def enqueue(self, kind: JobKind, payload: Mapping[str, str]) -> None:
        """Hand over a job; raise `UnavailableError` when it cannot be known to be on the queue."""
        ...


class Attempt(Protocol):
    """One attempt at a job, as telemetry sees it."""

    def failed(self, error: Exception) -> None:
        """Record that the attempt failed."""
        ...


class JobSource(Protocol):
    """Where jobs are taken from. The asynchronous methods raise `UnavailableError`."""

    async def take(self) -> TakenJob | None:
        """Wait a short time for a job and take it, or return None."""
        ...

    def processing(self, taken: TakenJob) -> AbstractContextManager[Attempt]:
        """Make the trace that the job came with the current one for as long as it is worked on."""
        ...

    async def acknowledge(self, taken: TakenJob) -> None:
        """Say that the job is done."""
        ...

    async def retry(self, taken: TakenJob, delay: float, *, excused: bool) -> None:
        """Have the job taken again after `delay` seconds; an excused attempt is no fault of the job's."""
        ...

    async def bury(self, taken: TakenJob) -> None:
        """Put the job on the list of dead ones, where a person finds it."""
        ...


JobHandler = Callable[[Job], Awaitable[None]]
