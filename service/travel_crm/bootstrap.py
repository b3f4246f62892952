"""What the API runs on: the one place where its use cases meet the adapters behind them.

Nothing is reached while it opens: the process starts, and says that it is not ready, while the store or Redis
is still away. The worker's side is `worker_bootstrap`.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from pymongo import AsyncMongoClient
from redis.asyncio import Redis

from travel_crm.adapters.cardpay_gateway import open_cardpay
from travel_crm.adapters.mongo_claims import MongoClaims
from travel_crm.adapters.mongo_client import (
    Document,
    create_mongo_client,
    database_of,
    limit_to,
    ping_mongo,
)
from travel_crm.adapters.mongo_idempotency_keys import MongoIdempotencyKeys
from travel_crm.adapters.mongo_indexes import create_indexes_when_possible
from travel_crm.adapters.mongo_repositories import create_mongo_stores
from travel_crm.adapters.mongo_tenants import MongoTenants
from travel_crm.adapters.redis_booking_cache import RedisBookingCache
from travel_crm.adapters.redis_client import create_redis_client, ping_redis
from travel_crm.adapters.redis_job_count import RedisJobCount
from travel_crm.adapters.redis_job_keys import EMAILS
from travel_crm.adapters.redis_job_queue import RedisJobQueue
from travel_crm.adapters.redis_sparing import SparingRedis
from travel_crm.adapters.sandbox_gateway import SandboxGateway
from travel_crm.background import running_beside
from travel_crm.demo_seed import seed_demo_when_possible
from travel_crm.dependency_watch import DependencyWatch
from travel_crm.domain.demo_data import create_demo_data
from travel_crm.domain.payments import GatewayName
from travel_crm.domain.tenants import DemoTenant, TenantService
from travel_crm.probing import Probe
from travel_crm.settings import Settings
from travel_crm.telemetry.business_counters import create_booking_count, create_payment_count
from travel_crm.telemetry.cache_hit_rate import CacheHitRates
from travel_crm.telemetry.job_queue_size import watch_job_queue
from travel_crm.use_cases import Shared, UseCases, create_use_cases

_SECONDS_FOR_THE_CACHE = 0.5
_SECONDS_FOR_THE_QUEUE = 3.0
_SECONDS_FOR_THE_STORE = 3.5


@dataclass(frozen=True)
class Services:
    """What the API is made of.

    `of` returns a tenant's use cases by its identifier; `probes` are what must answer for them to work;
    within `time_limit` one request's share of the store's time is bounded.
    """

    tenants: TenantService
    of: Callable[[str], UseCases]
    probes: Mapping[str, Probe]
    time_limit: Callable[[], AbstractContextManager[object]]


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Connect the API's use cases, and close what they use at the end."""
    async with AsyncExitStack() as stack:
        mongo = await stack.enter_async_context(create_mongo_client(settings.mongodb_uri))
        cache = await opened_redis(stack, settings, _SECONDS_FOR_THE_CACHE)
        queue = await opened_redis(stack, settings, _SECONDS_FOR_THE_QUEUE)
        database = database_of(mongo)
        await stack.enter_async_context(running_beside(create_indexes_when_possible(database)))
        await stack.enter_async_context(
            running_beside(watch_job_queue(EMAILS.queue, RedisJobCount(queue, EMAILS)))
        )
        shared = await _opened_shared(stack, settings, mongo, cache, queue)
        probes = {"mongodb": Probe(partial(ping_mongo, mongo)), "redis": Probe(partial(ping_redis, cache))}
        await stack.enter_async_context(running_beside(DependencyWatch(probes).run()))
        key, of = settings.demo_api_key, partial(create_use_cases, shared)
        tenants = TenantService(MongoTenants(database["tenants"]), DemoTenant(key) if key else None)
        if key:
            seeds = MongoClaims(database["seeds"])
            seeding = seed_demo_when_possible(tenants, key, seeds, partial(_create_demo_data, of))
            await stack.enter_async_context(running_beside(seeding))
        yield Services(
            tenants=tenants,
            of=of,
            probes=probes,
            time_limit=partial(limit_to, _SECONDS_FOR_THE_STORE),
        )


async def opened_redis(stack: AsyncExitStack, settings: Settings, answer_within: float) -> Redis:
    """Return a client that is closed with the stack; `answer_within` is in seconds."""
    redis = create_redis_client(settings.redis_url, answer_within)
    stack.push_async_callback(redis.aclose)
    return redis


async def _create_demo_data(of: Callable[[str], UseCases], tenant_id: str) -> None:
    tenant = of(tenant_id)
    await create_demo_data(tenant.customers, tenant.travel_queries, tenant.quotes)


async def _opened_shared(
    stack: AsyncExitStack, settings: Settings, mongo: AsyncMongoClient[Document], cache: Redis, queue: Redis
) -> Shared:
    database = database_of(mongo)
    cardpay = await stack.enter_async_context(open_cardpay(settings.cardpay_url))
    rates = CacheHitRates("booking", "booking_list")
    return Shared(
        stores_of=partial(create_mongo_stores, database),
        cache_of=partial(
            RedisBookingCache,
            SparingRedis(cache),
            bookings=rates.of["booking"],
            pages=rates.of["booking_list"],
        ),
        jobs_of=partial(RedisJobQueue, queue, EMAILS),
        booking_claims=MongoClaims(database["booking_claims"]),
        idempotency_keys_of=partial(MongoIdempotencyKeys, database["idempotency_keys"]),
        gateways={GatewayName.SANDBOX: SandboxGateway(), GatewayName.CARDPAY: cardpay},
        service_levels=settings.service_levels,
        count_booking=create_booking_count(),
        count_payment=create_payment_count(GatewayName),
    )
