"""The use cases connected to in-memory stand-ins, and the HTTP application over them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date

import httpx
import pytest

from tests.unit.travel_crm.fakes import (
    InMemoryBookingCache,
    InMemoryBookings,
    InMemoryPayments,
    InMemoryRepository,
    InMemoryTravelQueries,
    RecordingCount,
    RecordingJobQueue,
)
from travel_crm.adapters.sandbox_gateway import SandboxGateway
from travel_crm.api.application import create_app
from travel_crm.bootstrap import Services
from travel_crm.domain.booking_service import BookingService
from travel_crm.domain.bookings import NewBooking
from travel_crm.domain.customers import Customer, CustomerService
from travel_crm.domain.fields import Money
from travel_crm.domain.payments import PaymentService
from travel_crm.domain.travel_queries import TravelQueryService
from travel_crm.probing import Probe


@dataclass
class Crm:
    """The use cases, and the stand-ins behind them to look into."""

    customer_store: InMemoryRepository[Customer] = field(default_factory=InMemoryRepository)
    travel_query_store: InMemoryTravelQueries = field(default_factory=InMemoryTravelQueries)
    booking_store: InMemoryBookings = field(default_factory=InMemoryBookings)
    payment_store: InMemoryPayments = field(default_factory=InMemoryPayments)
    cache: InMemoryBookingCache = field(default_factory=InMemoryBookingCache)
    jobs: RecordingJobQueue = field(default_factory=RecordingJobQueue)
    booking_count: RecordingCount = field(default_factory=RecordingCount)
    payment_count: RecordingCount = field(default_factory=RecordingCount)
    probes: dict[str, Probe] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.customers = CustomerService(self.customer_store)
        self.travel_queries = TravelQueryService(self.travel_query_store, self.customer_store)
        self.bookings = BookingService(
            self.booking_store,
            self.customer_store,
            self.travel_query_store,
            self.cache,
            self.jobs,
            self.booking_count,
        )
        self.payments = PaymentService(
            self.payment_store, self.bookings, SandboxGateway(), self.payment_count
        )

    async def customer(self) -> Customer:
        """Return a customer that is known."""
        customer = Customer(name="Ada Lovelace", email="ada@example.com")
        await self.customer_store.add(customer)
        return customer

    async def draft(self, **changes: object) -> NewBooking:
        """Return a booking that can be made, with some fields changed."""
        fields: dict[str, object] = {
            "destination": "Lisbon",
            "departs_on": date(2027, 5, 3),
            "returns_on": date(2027, 5, 10),
            "travellers": 2,
            "price": Money(amount=129900, currency="EUR"),
        }
        if "customer_id" not in changes:
            fields["customer_id"] = (await self.customer()).id
        return NewBooking.model_validate(fields | changes)


@pytest.fixture
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio."""
    return "asyncio"


@pytest.fixture
def crm() -> Crm:
    """Return the use cases, connected to nothing but memory."""
    return Crm()


@pytest.fixture
async def http(crm: Crm) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of the application over these use cases; it answers 500 as a server does."""

    @asynccontextmanager
    async def open_services() -> AsyncIterator[Services]:
        yield Services(crm.customers, crm.travel_queries, crm.bookings, crm.payments, crm.probes)

    app = create_app(open_services)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://crm.test") as client,
    ):
        yield client
