"""The one place where the domain's ports meet the adapters behind them.

`open_services` is what the API runs on, `open_job_runner` what the worker runs on. Neither reaches anything
while it opens: a process starts, and says that it is not ready, while the store or Redis is still away.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

from redis.asyncio import Redis
from redis.exceptions import RedisError

from travel_crm.adapters.mongo_client import create_mongo_client, database_of, ping_mongo
from travel_crm.adapters.mongo_indexes import create_indexes_when_possible
from travel_crm.adapters.mongo_repositories import (
    MongoBookings,
    MongoCustomers,
    MongoPayments,
    MongoTravelQueries,
)
from travel_crm.adapters.redis_booking_cache import RedisBookingCache
from travel_crm.adapters.redis_client import create_redis_client, ping_redis
from travel_crm.adapters.redis_job_count import RedisJobCount
from travel_crm.adapters.redis_job_keys import JobKeys
from travel_crm.adapters.redis_job_queue import RedisJobQueue
from travel_crm.adapters.redis_job_source import RedisJobSource
from travel_crm.adapters.redis_job_upkeep import RedisJobUpkeep
from travel_crm.adapters.sandbox_gateway import SandboxGateway
from travel_crm.adapters.smtp_mailer import SmtpMailer
from travel_crm.background import running_beside
from travel_crm.dependency_watch import DependencyWatch
from travel_crm.domain.booking_service import BookingService
from travel_crm.domain.customers import CustomerService
from travel_crm.domain.emails import BookingConfirmation, EmailKind
from travel_crm.domain.fields import new_identifier
from travel_crm.domain.job_runner import JobRunner
from travel_crm.domain.jobs import JobKind
from travel_crm.domain.payments import PaymentService
from travel_crm.domain.travel_queries import TravelQueryService
from travel_crm.probing import Probe
from travel_crm.settings import Settings
from travel_crm.telemetry.business_counters import (
    create_booking_count,
    create_email_count,
    create_payment_count,
)
from travel_crm.telemetry.cache_hit_rate import CacheHitRates
from travel_crm.telemetry.counted_mailer import CountedMailer
from travel_crm.telemetry.job_queue_size import watch_job_queue

EMAILS = JobKeys("emails")
_SECONDS_FOR_THE_CACHE = 0.5
_SECONDS_FOR_THE_QUEUE = 3.0


@dataclass(frozen=True)
class Services:
    """What the API is made of: the use cases, and by name what must answer for them to work."""

    customers: CustomerService
    travel_queries: TravelQueryService
    bookings: BookingService
    payments: PaymentService
    probes: Mapping[str, Probe]


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Connect the API's use cases, and close what they use at the end."""
    async with AsyncExitStack() as stack:
        mongo = await stack.enter_async_context(create_mongo_client(settings.mongodb_uri))
        cache = await _opened_redis(stack, settings, _SECONDS_FOR_THE_CACHE)
        queue = await _opened_redis(stack, settings, _SECONDS_FOR_THE_QUEUE)
        database = database_of(mongo)
        await stack.enter_async_context(running_beside(create_indexes_when_possible(database)))
        await stack.enter_async_context(
            running_beside(watch_job_queue(EMAILS.queue, RedisJobCount(queue, EMAILS)))
        )
        hit_rates = CacheHitRates("booking", "booking_list")
        customers = MongoCustomers(database["customers"])
        travel_queries = MongoTravelQueries(database["travel_queries"])
        bookings = BookingService(
            MongoBookings(database["bookings"]),
            customers,
            travel_queries,
            RedisBookingCache(cache, hit_rates.of["booking"], hit_rates.of["booking_list"]),
            RedisJobQueue(queue, EMAILS),
            create_booking_count(),
        )
        probes = {"mongodb": partial(ping_mongo, mongo), "redis": partial(ping_redis, cache)}
        await stack.enter_async_context(running_beside(DependencyWatch(probes).run()))
        gateway = SandboxGateway()
        yield Services(
            customers=CustomerService(customers),
            travel_queries=TravelQueryService(travel_queries, customers),
            bookings=bookings,
            payments=PaymentService(
                MongoPayments(database["payments"]), bookings, gateway, create_payment_count([gateway.name])
            ),
            probes=probes,
        )


@asynccontextmanager
async def open_job_runner(settings: Settings) -> AsyncIterator[JobRunner]:
    """Connect the worker's loop, and at the end give back what it holds and close what it uses."""
    async with AsyncExitStack() as stack:
        mongo = await stack.enter_async_context(create_mongo_client(settings.mongodb_uri))
        queue = await _opened_redis(stack, settings, _SECONDS_FOR_THE_QUEUE)
        database = database_of(mongo)
        worker = new_identifier()
        confirmation = BookingConfirmation(
            MongoBookings(database["bookings"]),
            MongoCustomers(database["customers"]),
            CountedMailer(SmtpMailer(settings.smtp, settings.mail_from), create_email_count(EmailKind)),
        )
        upkeep = RedisJobUpkeep(queue, EMAILS, worker)
        stack.push_async_callback(_retire, upkeep)
        await stack.enter_async_context(running_beside(upkeep.run()))
        probes = {"mongodb": partial(ping_mongo, mongo), "redis": partial(ping_redis, queue)}
        await stack.enter_async_context(running_beside(DependencyWatch(probes).run()))
        source = RedisJobSource(queue, EMAILS, worker, upkeep)
        yield JobRunner(source, {JobKind.BOOKING_CONFIRMATION: confirmation})


async def _opened_redis(stack: AsyncExitStack, settings: Settings, answer_within: float) -> Redis:
    redis = create_redis_client(settings.redis_url, answer_within)
    stack.push_async_callback(redis.aclose)
    return redis


async def _retire(upkeep: RedisJobUpkeep) -> None:
    with suppress(RedisError):
        await upkeep.retire()
