"""The use cases connected to in-memory stand-ins, and the HTTP application over them."""

from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

import httpx
import pytest

from tests.unit.travel_crm.fakes import (
    TENANT,
    InMemoryBookingCache,
    InMemoryBookings,
    InMemoryClaims,
    InMemoryIdempotencyKeys,
    InMemoryPayments,
    InMemoryQuotes,
    InMemoryRepository,
    InMemoryTenants,
    InMemoryTravelQueries,
    RecordingCount,
    RecordingJobQueue,
    ScriptedGateway,
)
from travel_crm.adapters.sandbox_gateway import SandboxGateway
from travel_crm.api.application import create_app
from travel_crm.bootstrap import Services
from travel_crm.domain.bookings import NewBooking
from travel_crm.domain.customers import Customer
from travel_crm.domain.fields import Money
from travel_crm.domain.payments import GatewayName
from travel_crm.domain.service_levels import Priority, ServiceLevels
from travel_crm.domain.stores import Stores
from travel_crm.domain.tenants import Tenant, TenantService, hashed
from travel_crm.domain.travel_queries import NewTravelQuery
from travel_crm.probing import Probe
from travel_crm.use_cases import Shared, UseCases, create_use_cases

KEY, OTHER_KEY = "key-of-the-tenant", "key-of-another-tenant"
SERVICE_LEVELS = ServiceLevels({one: timedelta(hours=4 - n) for n, one in enumerate(Priority)})


@dataclass
class Tenancy:
    """The stand-ins of one tenant."""

    customers: InMemoryRepository[Customer] = field(default_factory=InMemoryRepository)
    travel_queries: InMemoryTravelQueries = field(default_factory=InMemoryTravelQueries)
    quotes: InMemoryQuotes = field(default_factory=InMemoryQuotes)
    bookings: InMemoryBookings = field(default_factory=InMemoryBookings)
    payments: InMemoryPayments = field(default_factory=InMemoryPayments)
    cache: InMemoryBookingCache = field(default_factory=InMemoryBookingCache)
    jobs: RecordingJobQueue = field(default_factory=RecordingJobQueue)
    keys: InMemoryIdempotencyKeys = field(default_factory=InMemoryIdempotencyKeys)

    @property
    def stores(self) -> Stores:
        """Return what the use cases see of it."""
        return Stores(self.customers, self.travel_queries, self.quotes, self.bookings, self.payments)


@dataclass
class Crm:
    """The use cases of one tenant, and the stand-ins behind them to look into; others are in `tenancies`."""

    tenancies: defaultdict[str, Tenancy] = field(default_factory=lambda: defaultdict(Tenancy))
    tenants: InMemoryTenants = field(default_factory=InMemoryTenants)
    cardpay: ScriptedGateway = field(default_factory=ScriptedGateway)
    booking_count: RecordingCount = field(default_factory=RecordingCount)
    payment_count: RecordingCount = field(default_factory=RecordingCount)
    booking_claims: InMemoryClaims = field(default_factory=InMemoryClaims)
    probes: dict[str, Probe] = field(default_factory=dict)

    def __post_init__(self) -> None:
        own, use_cases = self.tenancies[TENANT], self.of(TENANT)
        self.stores, self.cache, self.jobs = own.stores, own.cache, own.jobs
        self.customer_store, self.travel_query_store = own.customers, own.travel_queries
        self.quote_store, self.booking_store, self.payment_store = own.quotes, own.bookings, own.payments
        self.customers, self.travel_queries = use_cases.customers, use_cases.travel_queries
        self.quotes, self.bookings, self.payments = use_cases.quotes, use_cases.bookings, use_cases.payments
        self.tenants.by_key = {
            hashed(KEY): Tenant(id=TENANT, name="One"),
            hashed(OTHER_KEY): Tenant(id="b" * 32, name="Other"),
        }

    def of(self, tenant_id: str) -> UseCases:
        """Return a tenant's use cases."""
        return create_use_cases(self._shared(), tenant_id)

    def _shared(self) -> Shared:
        return Shared(
            stores_of=lambda tenant_id: self.tenancies[tenant_id].stores,
            cache_of=lambda tenant_id: self.tenancies[tenant_id].cache,
            jobs_of=lambda tenant_id: self.tenancies[tenant_id].jobs,
            booking_claims=self.booking_claims,
            idempotency_keys_of=lambda tenant_id: self.tenancies[tenant_id].keys,
            gateways={GatewayName.SANDBOX: SandboxGateway(), GatewayName.CARDPAY: self.cardpay},
            service_levels=SERVICE_LEVELS,
            count_booking=self.booking_count,
            count_payment=self.payment_count,
        )

    async def customer(self) -> Customer:
        """Return a customer that is known."""
        customer = Customer(name="Ada Lovelace", email="ada@example.com")
        await self.customer_store.add(customer)
        return customer

    async def draft(self, **changes: object) -> NewBooking:
        """Return a booking that can be made, with some fields changed."""
        price = Money(amount=129900, currency="EUR")
        return NewBooking.model_validate(await self._trip() | {"price": price} | changes)

    async def query_draft(self, **changes: object) -> NewTravelQuery:
        """Return a travel query that can be taken in, with some fields changed."""
        return NewTravelQuery.model_validate(await self._trip() | changes)

    async def _trip(self) -> dict[str, object]:
        return {
            "customer_id": (await self.customer()).id,
            "destination": "Lisbon",
            "departs_on": date(2027, 5, 3),
            "returns_on": date(2027, 5, 10),
            "travellers": 2,
        }


@pytest.fixture
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio."""
    return "asyncio"


@pytest.fixture
def crm() -> Crm:
    """Return the use cases, connected to nothing but memory."""
    return Crm()


@asynccontextmanager
async def client_of(crm: Crm, *, tells_stack: bool = False) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of the application over these use cases; it answers 500 as a server does."""

    @asynccontextmanager
    async def open_services() -> AsyncIterator[Services]:
        yield Services(TenantService(crm.tenants), crm.of, crm.probes, nullcontext)

    app = create_app(open_services, tells_stack=tells_stack)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    connect = partial(httpx.AsyncClient, base_url="http://crm.test", headers={"X-API-Key": KEY})
    async with app.router.lifespan_context(app), connect(transport=transport) as client:
        yield client


@pytest.fixture
async def http(crm: Crm) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of the application that has the tenant's key."""
    async with client_of(crm) as client:
        yield client
