"""A first answer that is late is dealt with once, and again only if nothing came of it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from tests.unit.travel_crm.conftest import SERVICE_LEVELS, Crm
from tests.unit.travel_crm.fakes import TENANT, RecordingCount, RecordingJobQueue
from travel_crm.domain.errors import UnavailableError
from travel_crm.domain.escalations import Breach, EscalationService
from travel_crm.domain.fields import utc_now
from travel_crm.domain.jobs import JobKind
from travel_crm.domain.service_levels import Priority

pytestmark = pytest.mark.anyio


@dataclass
class Breaches:
    """Breaches in memory, and what became of them."""

    late: list[Breach]
    claims: set[str] = field(default_factory=set)
    raised: list[tuple[Priority, datetime | None]] = field(default_factory=list)
    answered_meanwhile: bool = False

    async def overdue(self, now: datetime) -> Sequence[Breach]:
        """Return the breaches."""
        return self.late

    async def claim(self, breach: Breach) -> bool:
        """Return True to the first."""
        first = breach.id not in self.claims
        self.claims.add(breach.id)
        return first

    async def release(self, breach: Breach) -> None:
        """Forget the claim."""
        self.claims.remove(breach.id)

    async def escalate(self, breach: Breach, priority: Priority, due: datetime | None) -> bool:
        """Take down the new level."""
        if not self.answered_meanwhile:
            self.raised.append((priority, due))
        return not self.answered_meanwhile


class Silent:
    """Shows nothing."""

    @contextmanager
    def escalating(self, breach: Breach) -> Iterator[None]:
        """Show nothing."""
        yield


@dataclass
class Agency:
    """The service over breaches of one travel query."""

    breaches: Breaches
    jobs: RecordingJobQueue = field(default_factory=RecordingJobQueue)
    count: RecordingCount = field(default_factory=RecordingCount)

    async def do_round(self) -> None:
        """Do a worker's round."""
        service = EscalationService(
            self.breaches, lambda tenant_id: self.jobs, SERVICE_LEVELS, Silent(), self.count
        )
        await service.do_round()


async def agency(crm: Crm, priority: Priority) -> Agency:
    """Return an agency that is late with one answer."""
    query = await crm.travel_queries.create(await crm.query_draft(priority=priority))
    return Agency(Breaches([Breach(TENANT, query)]))


async def test_a_late_answer_raises_the_level(crm: Crm) -> None:
    """It is counted under the priority that was not kept; the next level has its own time."""
    late = await agency(crm, Priority.NORMAL)

    await late.do_round()

    (priority, due) = late.breaches.raised[0]
    assert priority is Priority.HIGH
    assert due is not None
    assert abs(due - utc_now() - SERVICE_LEVELS.first_answer_within[Priority.HIGH]) < timedelta(minutes=1)
    assert late.count.counted == [{"severity": "normal"}]
    assert [kind for kind, _ in late.jobs.jobs] == [JobKind.SLA_ESCALATION]


async def test_above_the_highest_there_is_nothing(crm: Crm) -> None:
    """It was late once and is not late again."""
    late = await agency(crm, Priority.URGENT)

    await late.do_round()

    assert late.breaches.raised == [(Priority.URGENT, None)]


async def test_two_workers_deal_with_it_once(crm: Crm) -> None:
    """The second one finds it claimed."""
    late = await agency(crm, Priority.LOW)

    await late.do_round()
    await late.do_round()

    assert len(late.count.counted) == len(late.jobs.jobs) == 1


async def test_a_queue_that_is_away_leaves_it_for_later(crm: Crm) -> None:
    """Nothing is raised or counted without its e-mail."""
    late = await agency(crm, Priority.LOW)
    late.jobs.reachable = False

    with pytest.raises(UnavailableError):
        await late.do_round()
    before = len(late.count.counted)
    late.jobs.reachable = True
    await late.do_round()

    assert (before, len(late.count.counted)) == (0, 1)


async def test_an_answer_in_the_last_moment_counts_as_one(crm: Crm) -> None:
    """What was answered meanwhile is no breach."""
    late = await agency(crm, Priority.LOW)
    late.breaches.answered_meanwhile = True

    await late.do_round()

    assert not late.count.counted
