"""Late answers in a real store: each is dealt with once, by however many workers, in a linked trace."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from redis.asyncio import Redis

from travel_crm.adapters import escalation_spans, job_spans
from travel_crm.adapters.escalation_spans import TracedEscalations
from travel_crm.adapters.mongo_breaches import MongoBreaches
from travel_crm.adapters.mongo_client import Database
from travel_crm.adapters.mongo_repositories import create_mongo_stores
from travel_crm.adapters.redis_job_keys import EMAILS
from travel_crm.adapters.redis_job_queue import RedisJobQueue
from travel_crm.domain.escalations import EscalationService
from travel_crm.domain.fields import new_identifier, utc_now
from travel_crm.domain.jobs import Job
from travel_crm.domain.service_levels import Priority, ServiceLevels
from travel_crm.domain.travel_queries import TravelQuery

pytestmark = pytest.mark.anyio

TENANT = "a" * 32
AT_ONCE = ServiceLevels(dict.fromkeys(Priority, timedelta()))


def late_query(priority: Priority) -> TravelQuery:
    """Return a travel query whose answer was due a second ago."""
    return TravelQuery(
        customer_id=new_identifier(),
        destination="Lisbon",
        departs_on=date(2027, 5, 3),
        returns_on=date(2027, 5, 10),
        travellers=2,
        priority=priority,
        first_answer_due=utc_now() - timedelta(seconds=1),
    )


class Workers:
    """Several workers on one store and one queue, and what they have counted."""

    def __init__(self, database: Database, redis: Redis, number: int) -> None:
        self.counted: list[str] = []
        self.queries = create_mongo_stores(database, TENANT).travel_queries
        self._redis = redis
        self._services = [
            EscalationService(
                MongoBreaches(database),
                partial(RedisJobQueue, redis, EMAILS),
                AT_ONCE,
                TracedEscalations(),
                self._count,
            )
            for _ in range(number)
        ]

    async def do_rounds(self, rounds: int) -> None:
        """Let all of them look at the same time, again and again."""
        for _ in range(rounds):
            await asyncio.gather(*(service.do_round() for service in self._services))

    async def jobs(self) -> list[Job]:
        """Return what they have enqueued, first to last."""
        raw = await self._redis.lrange(EMAILS.ready, 0, -1)  # pyright: ignore[reportGeneralTypeIssues]
        return [Job.model_validate_json(line) for line in reversed(raw)]

    def _count(self, **attributes: str) -> None:
        self.counted.append(attributes["severity"])


async def test_every_breach_is_dealt_with_once(database: Database, redis: Redis) -> None:
    """From low to urgent there are four, and after that no more."""
    workers = Workers(database, redis, number=4)
    query = late_query(Priority.LOW)
    await workers.queries.add(query)

    await workers.do_rounds(6)

    raised = await workers.queries.find(query.id)
    assert workers.counted == ["low", "normal", "high", "urgent"]
    assert [job.payload["severity"] for job in await workers.jobs()] == workers.counted
    assert {job.tenant_id for job in await workers.jobs()} == {TENANT}
    assert raised is not None
    assert (raised.priority, raised.escalations) == (Priority.URGENT, 4)


async def test_what_was_answered_is_not_late(database: Database, redis: Redis) -> None:
    """Neither is what is not due yet."""
    workers = Workers(database, redis, number=2)
    answered = late_query(Priority.HIGH)
    early = late_query(Priority.HIGH).model_copy(
        update={"first_answer_due": utc_now() + timedelta(hours=1), "id": new_identifier()}
    )
    for query in (answered, early):
        await workers.queries.add(query)
    await workers.queries.answer(answered.id, "Of course.")

    await workers.do_rounds(2)

    assert workers.counted == []


@contextmanager
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[TracerProvider, InMemorySpanExporter]]:
    """Record the service's own spans."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    for module in (escalation_spans, job_spans):
        monkeypatch.setattr(module, "_tracer", provider.get_tracer("test"))
    yield provider, exporter
    provider.shutdown()


async def test_an_escalation_is_a_trace_linked_to_its_travel_query(
    database: Database, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its e-mail hangs below it; a round that finds nothing makes no spans."""
    workers = Workers(database, redis, number=1)
    with recorded(monkeypatch) as (provider, exporter):
        with provider.get_tracer("test").start_as_current_span("POST /queries") as request:
            await workers.queries.add(late_query(Priority.URGENT))
        await workers.do_rounds(3)

        spans = {span.name: span for span in exporter.get_finished_spans()}

    escalation, send = spans["escalate travel query"], spans["send emails"]
    asked = request.get_span_context()
    assert set(spans) == {"POST /queries", "escalate travel query", "send emails"}
    assert escalation.parent is None
    assert [(link.context.trace_id, link.context.span_id) for link in escalation.links] == [
        (asked.trace_id, asked.span_id)
    ]
    assert send.parent is not None
    assert escalation.context is not None
    assert send.parent.span_id == escalation.context.span_id
    assert escalation.attributes is not None
    assert escalation.attributes["travel_crm.sla.severity"] == "urgent"
    assert escalation.attributes["tenant.id"] == TENANT
