"""Entities in the document store: they come back as they went, and an absent store is said to be absent."""

import asyncio
import gc
import time
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from pymongo.errors import ServerSelectionTimeoutError

from travel_crm.adapters.mongo_client import Database, create_mongo_client, database_of, ping_mongo
from travel_crm.adapters.mongo_indexes import COLLECTIONS, create_indexes, create_indexes_when_possible
from travel_crm.adapters.mongo_repositories import (
    MongoBookings,
    MongoCustomers,
    MongoPayments,
    MongoTravelQueries,
)
from travel_crm.domain.bookings import Booking, BookingStatus
from travel_crm.domain.customers import Customer
from travel_crm.domain.errors import UnavailableError
from travel_crm.domain.fields import Money, new_identifier, utc_now
from travel_crm.domain.payments import Charge, Payment, PaymentStatus
from travel_crm.domain.storing import PageRequest
from travel_crm.domain.travel_queries import TravelQuery, TravelQueryStatus

pytestmark = pytest.mark.anyio

# PyMongo's monitor loses the socket of a connection that closing the client cuts off while it is being made.
cuts_connections_off = pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <socket.socket:pytest.PytestUnraisableExceptionWarning"
)


@pytest.fixture
def _garbage_collected() -> Iterator[None]:
    """Let what was lost be found in the test that lost it."""
    yield
    gc.collect()


def booking() -> Booking:
    """Return a booking that is not stored yet."""
    return Booking(
        customer_id=new_identifier(),
        destination="São Paulo \U0001f334",
        departs_on=date(2027, 5, 3),
        returns_on=date(2027, 5, 10),
        travellers=2,
        price=Money(amount=10**12, currency="EUR"),
    )


async def test_every_kind_comes_back_as_it_went(database: Database) -> None:
    """Dates, moments, money, text of any script, fields that are empty."""
    customers, bookings = MongoCustomers(database["customers"]), MongoBookings(database["bookings"])
    queries, payments = MongoTravelQueries(database["queries"]), MongoPayments(database["payments"])
    customer = Customer(name="東京 O'Brien", email="ada@example.com")
    one = booking()
    query = TravelQuery(**one.model_dump(exclude={"id", "price", "status"}), notes="a\n\tb")
    payment = Payment(booking_id=one.id, gateway="sandbox", price=one.price)

    await customers.add(customer)
    await bookings.add(one)
    await queries.add(query)
    await payments.add(payment)

    assert await customers.find(customer.id) == customer
    assert await bookings.find(one.id) == one
    assert await queries.find(query.id) == query
    assert await payments.find(payment.id) == payment
    assert await bookings.find(new_identifier()) is None


async def test_the_list_begins_with_the_newest(database: Database) -> None:
    """Entities of the same millisecond have an order too, so that no page repeats one."""
    bookings = MongoBookings(database["bookings"])
    now = utc_now()
    old = booking().model_copy(update={"created_at": now - timedelta(days=1)})
    same = [booking().model_copy(update={"created_at": now}) for _ in range(4)]
    for entity in [old, *same]:
        await bookings.add(entity)

    pages = [await bookings.page(PageRequest(limit=2, offset=offset)) for offset in (0, 2, 4, 6)]

    listed = [entity.id for page in pages for entity in page.items]
    assert listed == [*sorted((entity.id for entity in same), reverse=True), old.id]
    assert {page.total for page in pages} == {5}


async def test_a_change_of_state_names_the_state_it_expects(database: Database) -> None:
    """Who comes second gets nothing, and changes nothing."""
    bookings = MongoBookings(database["bookings"])
    one = booking()
    await bookings.add(one)

    first = await bookings.change_status(one.id, before=BookingStatus.PENDING, after=BookingStatus.CONFIRMED)
    second = await bookings.change_status(one.id, before=BookingStatus.PENDING, after=BookingStatus.CANCELLED)

    assert first is not None
    assert second is None
    assert first.updated_at >= one.updated_at
    assert await bookings.find(one.id) == first


async def test_the_smaller_changes(database: Database) -> None:
    """A booking is removed, a travel query marked, a payment settled; on what is unknown nothing happens."""
    bookings, queries = MongoBookings(database["bookings"]), MongoTravelQueries(database["queries"])
    payments = MongoPayments(database["payments"])
    one = booking()
    query = TravelQuery(**one.model_dump(exclude={"id", "price", "status"}))
    payment = Payment(booking_id=one.id, gateway="sandbox", price=one.price)
    await bookings.add(one)
    await queries.add(query)
    await payments.add(payment)

    await bookings.remove(one.id)
    await bookings.remove(one.id)
    await queries.mark_booked(query.id)
    await queries.mark_booked(new_identifier())
    settled = await payments.settle(payment, Charge(status=PaymentStatus.CAPTURED, reference="r-1"))

    assert await bookings.find(one.id) is None
    assert await queries.find(query.id) == query.model_copy(update={"status": TravelQueryStatus.BOOKED})
    assert await payments.find(payment.id) == settled
    assert (settled.status, settled.reference) == (PaymentStatus.CAPTURED, "r-1")


async def test_indexes_are_made_by_several_at_once(database: Database) -> None:
    """Each process of the API makes them when it starts, and making them again changes nothing."""
    async with asyncio.timeout(20):
        await asyncio.gather(*(create_indexes_when_possible(database) for _ in range(4)))
    await create_indexes(database)

    for name in COLLECTIONS:
        assert "newest_first" in await database[name].index_information()


@cuts_connections_off
@pytest.mark.usefixtures("_garbage_collected")
async def test_a_store_that_is_away(free_port: int) -> None:
    """Every method says so within the time a caller is ready to wait."""
    async with create_mongo_client(f"mongodb://127.0.0.1:{free_port}/crm") as client:
        bookings = MongoBookings(database_of(client)["bookings"])
        calls = [
            lambda: bookings.add(booking()),
            lambda: bookings.find(new_identifier()),
            lambda: bookings.page(PageRequest()),
            lambda: bookings.remove(new_identifier()),
        ]
        for call in calls:
            began = time.monotonic()
            with pytest.raises(UnavailableError, match="document store"):
                await call()
            assert time.monotonic() - began < 4


@cuts_connections_off
@pytest.mark.usefixtures("_garbage_collected")
async def test_a_store_that_takes_the_connection_and_says_nothing(silent_port: int) -> None:
    """Silence is bounded as refusal is."""
    async with create_mongo_client(f"mongodb://127.0.0.1:{silent_port}/crm") as client:
        began = time.monotonic()

        with pytest.raises(UnavailableError, match="document store"):
            await MongoBookings(database_of(client)["bookings"]).find(new_identifier())

        assert time.monotonic() - began < 4


@cuts_connections_off
@pytest.mark.usefixtures("_garbage_collected")
async def test_the_probe_asks_the_store(mongodb_uri: str, free_port: int) -> None:
    """It returns when the store answers, and raises when it does not."""
    async with create_mongo_client(mongodb_uri) as client:
        await ping_mongo(client)

    async with create_mongo_client(f"mongodb://127.0.0.1:{free_port}") as client:
        with pytest.raises(ServerSelectionTimeoutError):
            await ping_mongo(client)
