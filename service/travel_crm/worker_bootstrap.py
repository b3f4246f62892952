"""What the worker runs on: the one place where its jobs and rounds meet the adapters behind them.

As in the API, nothing is reached while it opens.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from email.utils import parseaddr
from functools import partial

from redis.asyncio import Redis
from redis.exceptions import RedisError

from travel_crm.adapters.escalation_spans import TracedEscalations
from travel_crm.adapters.mongo_breaches import MongoBreaches
from travel_crm.adapters.mongo_client import Database, create_mongo_client, database_of, ping_mongo
from travel_crm.adapters.mongo_forgetting import forget_old_claims
from travel_crm.adapters.mongo_quote_expiry import expire_late_quotes
from travel_crm.adapters.mongo_repositories import create_mongo_stores
from travel_crm.adapters.redis_client import ping_redis
from travel_crm.adapters.redis_job_keys import EMAILS
from travel_crm.adapters.redis_job_queue import RedisJobQueue
from travel_crm.adapters.redis_job_source import RedisJobSource
from travel_crm.adapters.redis_job_upkeep import RedisJobUpkeep
from travel_crm.adapters.smtp_mailer import SmtpMailer
from travel_crm.background import running_beside
from travel_crm.bootstrap import opened_redis
from travel_crm.dependency_watch import DependencyWatch
from travel_crm.domain.email_jobs import EmailJobs
from travel_crm.domain.emails import EmailKind, Recipient
from travel_crm.domain.escalations import EscalationService
from travel_crm.domain.fields import new_identifier
from travel_crm.domain.job_runner import JobRunner
from travel_crm.domain.jobs import JobHandler, JobKind
from travel_crm.domain.service_levels import Priority
from travel_crm.probing import Probe
from travel_crm.rounds import repeat
from travel_crm.settings import Settings
from travel_crm.telemetry.business_counters import create_breach_count, create_email_count
from travel_crm.telemetry.counted_mailer import CountedMailer

_SECONDS_FOR_THE_QUEUE = 3.0
_SECONDS_BETWEEN_ESCALATIONS = 1.0
_SECONDS_BETWEEN_EXPIRIES = 60.0
_SECONDS_BETWEEN_FORGETTINGS = 3600.0


@asynccontextmanager
async def open_job_runner(settings: Settings) -> AsyncIterator[JobRunner]:
    """Connect the worker's loop and rounds, and at the end give back what it holds and close what it uses."""
    async with AsyncExitStack() as stack:
        mongo = await stack.enter_async_context(create_mongo_client(settings.mongodb_uri))
        queue = await opened_redis(stack, settings, _SECONDS_FOR_THE_QUEUE)
        database = database_of(mongo)
        worker = new_identifier()
        upkeep = RedisJobUpkeep(queue, EMAILS, worker)
        stack.push_async_callback(_retire, upkeep)
        escalations = _escalations(settings, database, queue)
        probes = {"mongodb": Probe(partial(ping_mongo, mongo)), "redis": Probe(partial(ping_redis, queue))}
        for work in (
            upkeep.run(),
            DependencyWatch(probes).run(),
            repeat(escalations.do_round, _SECONDS_BETWEEN_ESCALATIONS),
            repeat(partial(expire_late_quotes, database), _SECONDS_BETWEEN_EXPIRIES),
            repeat(partial(forget_old_claims, database), _SECONDS_BETWEEN_FORGETTINGS),
        ):
            await stack.enter_async_context(running_beside(work))
        yield JobRunner(RedisJobSource(queue, EMAILS, worker, upkeep), _handlers(settings, database))


def _escalations(settings: Settings, database: Database, queue: Redis) -> EscalationService:
    return EscalationService(
        MongoBreaches(database),
        partial(RedisJobQueue, queue, EMAILS),
        settings.service_levels,
        TracedEscalations(),
        create_breach_count(Priority),
    )


def _handlers(settings: Settings, database: Database) -> dict[str, JobHandler]:
    mailer = CountedMailer(SmtpMailer(settings.smtp, settings.mail_from), create_email_count(EmailKind))
    agency = Recipient(*parseaddr(settings.admin_email))
    jobs = EmailJobs(partial(create_mongo_stores, database), mailer, agency)
    return {
        JobKind.BOOKING_CONFIRMATION: jobs.confirm_booking,
        JobKind.PAYMENT_RECEIPT: jobs.send_receipt,
        JobKind.SLA_ESCALATION: jobs.escalate,
    }


async def _retire(upkeep: RedisJobUpkeep) -> None:
    with suppress(RedisError):
        await upkeep.retire()
