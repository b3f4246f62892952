"""Escalations: a first answer that is late raises its travel query's priority and is told by e-mail.

Several workers look for late answers at once. Whoever claims a breach deals with it, and the claim is one
insert under the breach's own identifier, which every document store lets succeed once. The e-mail goes out
before the level is raised: none is missing, but one may come twice, or for an answer of the last moment.
"""

import logging
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from travel_crm.domain.counting import Count
from travel_crm.domain.errors import UnavailableError
from travel_crm.domain.fields import utc_now
from travel_crm.domain.jobs import JobKind, JobQueue
from travel_crm.domain.service_levels import Priority, ServiceLevels
from travel_crm.domain.travel_queries import TravelQuery

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Breach:
    """A first answer that is late. `headers` hold the trace in which the travel query was taken in."""

    tenant_id: str
    travel_query: TravelQuery
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Name this breach, and not the next one of the same travel query."""
        return f"{self.travel_query.id}:{self.travel_query.escalations}"


class BreachRepository(Protocol):
    """Finds breaches of all tenants; all methods raise `UnavailableError` when the store is not reached."""

    async def overdue(self, now: datetime) -> Sequence[Breach]:
        """Return some of the breaches there are, the oldest first."""
        ...

    async def claim(self, breach: Breach) -> bool:
        """Return True to one caller; to another one only if nothing came of the first within a minute."""
        ...

    async def release(self, breach: Breach) -> None:
        """Let the breach be claimed again."""
        ...

    async def escalate(self, breach: Breach, priority: Priority, due: datetime | None) -> bool:
        """Raise the travel query's level; return False when it was answered or raised in the meantime.

        Without `due` there is no level above: it does not become overdue again.
        """
        ...


class EscalationTelemetry(Protocol):
    """Shows the work on a breach."""

    def escalating(self, breach: Breach) -> AbstractContextManager[None]:
        """Run a trace of its own, linked to the travel query's."""
        ...


class JobQueues(Protocol):
    """The job queue as each tenant's use cases see it."""

    def __call__(self, tenant_id: str) -> JobQueue:
        """Return the queue for a tenant's jobs."""
        ...


class EscalationService:
    """Deals with every breach once."""

    def __init__(
        self,
        breaches: BreachRepository,
        jobs_of: JobQueues,
        service_levels: ServiceLevels,
        telemetry: EscalationTelemetry,
        count: Count,
    ) -> None:
        self._breaches = breaches
        self._jobs_of = jobs_of
        self._service_levels = service_levels
        self._telemetry = telemetry
        self._count = count

    async def do_round(self) -> None:
        """Deal with the breaches there are; raise `UnavailableError` when store or queue do not answer."""
        for breach in await self._breaches.overdue(utc_now()):
            if await self._breaches.claim(breach):
                with self._telemetry.escalating(breach):
                    await self._deal_with(breach)

    async def _deal_with(self, breach: Breach) -> None:
        severity = breach.travel_query.priority
        payload = {
            "travel_query_id": breach.travel_query.id,
            "severity": str(severity),
            "escalation": str(breach.travel_query.escalations),
        }
        try:
            # First what can be done twice without harm: the same message again is known by its id.
            await self._jobs_of(breach.tenant_id).enqueue(JobKind.SLA_ESCALATION, payload)
            raised = await self._breaches.escalate(breach, severity.raised(), self._next_due(severity))
        except UnavailableError:
            await self._breaches.release(breach)
            raise
        if raised:
            self._count(severity=str(severity))
            _logger.warning("first answer is late", extra=payload)

    def _next_due(self, severity: Priority) -> datetime | None:
        raised = severity.raised()
        return None if raised is severity else self._service_levels.due(raised, utc_now())
