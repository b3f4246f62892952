"""Entities in the document store: they come back as they went, and an absent store is said to be absent."""

import asyncio
import gc
import time
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from pymongo.errors import ServerSelectionTimeoutError

from travel_crm.adapters.mongo_client import (
    Database,
    create_mongo_client,
    database_of,
    limit_to,
    ping_mongo,
)
from travel_crm.adapters.mongo_indexes import COLLECTIONS, create_indexes, create_indexes_when_possible
from travel_crm.adapters.mongo_quote_expiry import expire_late_quotes
from travel_crm.adapters.mongo_repositories import (
    create_mongo_stores,
)
from travel_crm.domain.bookings import Booking, BookingPageRequest, BookingStatus
from travel_crm.domain.customers import Customer
from travel_crm.domain.errors import UnavailableError
from travel_crm.domain.fields import Money, new_identifier, utc_now
from travel_crm.domain.payments import Charge, GatewayName, Payment, PaymentStatus
from travel_crm.domain.quotes import Quote, QuoteStatus
from travel_crm.domain.storing import PageRequest
from travel_crm.domain.travel_queries import TravelQuery, TravelQueryStatus

pytestmark = pytest.mark.anyio

TENANT = "a" * 32

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


def travel_query(of: Booking, notes: str = "") -> TravelQuery:
    """Return a travel query for what was booked, not stored yet."""
    trip = of.model_dump(include={"customer_id", "destination", "departs_on", "returns_on", "travellers"})
    return TravelQuery(**trip, notes=notes, first_answer_due=utc_now())


async def test_every_kind_comes_back_as_it_went(database: Database) -> None:
    """Dates, moments, money, text of any script, fields that are empty."""
    stores = create_mongo_stores(database, TENANT)
    customer = Customer(name="東京 O'Brien", email="ada@example.com")
    one = booking()
    query = travel_query(one, notes="a\n\tb")
    payment = Payment(booking_id=one.id, gateway=GatewayName.SANDBOX, price=one.price)

    quote = Quote(travel_query_id=query.id, price=one.price)

    await stores.customers.add(customer)
    await stores.bookings.add(one)
    await stores.travel_queries.add(query)
    await stores.quotes.add(quote)
    await stores.payments.add(payment)

    assert await stores.customers.find(customer.id) == customer
    assert await stores.bookings.find(one.id) == one
    assert await stores.travel_queries.find(query.id) == query
    assert await stores.quotes.find(quote.id) == quote
    assert await stores.payments.find(payment.id) == payment
    assert await stores.bookings.find(new_identifier()) is None


async def test_tenants_see_nothing_of_each_other(database: Database) -> None:
    """What another tenant has is not found, not listed, not changed and not removed."""
    stores, others = create_mongo_stores(database, TENANT), create_mongo_stores(database, "b" * 32)
    one = booking()
    query = travel_query(one)
    await stores.bookings.add(one)
    await stores.travel_queries.add(query)

    found = await others.bookings.find(one.id)
    listed = await others.bookings.page(PageRequest())
    changed = await others.bookings.change_status(
        one.id, before=BookingStatus.PENDING, after=BookingStatus.CANCELLED
    )
    answered = await others.travel_queries.answer(query.id, "no")
    await others.bookings.remove(one.id)

    assert (found, listed.items, listed.total, changed, answered) == (None, [], 0, None, None)
    assert await stores.bookings.find(one.id) == one


async def test_a_list_holds_what_is_wanted(database: Database) -> None:
    """By state, by whom it belongs to, and the total is of these."""
    bookings = create_mongo_stores(database, TENANT).bookings
    one, other = booking(), booking()
    await bookings.add(one)
    await bookings.add(other)
    await bookings.change_status(one.id, before=BookingStatus.PENDING, after=BookingStatus.CONFIRMED)

    pending = await bookings.page(BookingPageRequest(status=BookingStatus.PENDING))
    of_one = await bookings.page(BookingPageRequest(customer_id=one.customer_id))

    assert (pending.items, pending.total) == ([other], 1)
    assert [entity.id for entity in of_one.items] == [one.id]


async def test_the_list_begins_with_the_newest(database: Database) -> None:
    """Entities of the same millisecond have an order too, so that no page repeats one."""
    bookings = create_mongo_stores(database, TENANT).bookings
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
    bookings = create_mongo_stores(database, TENANT).bookings
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
    stores = create_mongo_stores(database, TENANT)
    bookings, queries, payments = stores.bookings, stores.travel_queries, stores.payments
    one = booking()
    query = travel_query(one)
    payment = Payment(booking_id=one.id, gateway=GatewayName.SANDBOX, price=one.price)
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


async def test_sent_quotes_expire(database: Database) -> None:
    """Those whose last day is over, of every tenant; drafts and those in time stay."""
    stores = create_mongo_stores(database, TENANT)
    price, query = Money(amount=1, currency="EUR"), new_identifier()
    yesterday, today = utc_now().date() - timedelta(days=1), utc_now().date()
    late, in_time, draft = (
        Quote(travel_query_id=query, price=price, valid_until=day, status=status)
        for day, status in (
            (yesterday, QuoteStatus.SENT),
            (today, QuoteStatus.SENT),
            (yesterday, QuoteStatus.DRAFT),
        )
    )
    for quote in (late, in_time, draft):
        await stores.quotes.add(quote)

    await expire_late_quotes(database)

    found = [await stores.quotes.find(quote.id) for quote in (late, in_time, draft)]
    assert [quote.status for quote in found if quote] == ["expired", "sent", "draft"]


async def test_indexes_are_made_by_several_at_once(database: Database) -> None:
    """Each process of the API makes them when it starts, and making them again changes nothing."""
    async with asyncio.timeout(20):
        await asyncio.gather(*(create_indexes_when_possible(database) for _ in range(4)))
    await create_indexes(database)

    for name in COLLECTIONS:
        assert "newest_first_of_tenant" in await database[name].index_information()


@cuts_connections_off
@pytest.mark.usefixtures("_garbage_collected")
async def test_a_store_that_is_away(free_port: int) -> None:
    """Every method says so within the time a caller is ready to wait."""
    async with create_mongo_client(f"mongodb://127.0.0.1:{free_port}/crm") as client:
        bookings = create_mongo_stores(database_of(client), TENANT).bookings
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
            assert time.monotonic() - began < 15


@cuts_connections_off
@pytest.mark.usefixtures("_garbage_collected")
async def test_a_store_that_takes_the_connection_and_says_nothing(silent_port: int) -> None:
    """Silence is bounded as refusal is."""
    async with create_mongo_client(f"mongodb://127.0.0.1:{silent_port}/crm") as client:
        began = time.monotonic()

        with pytest.raises(UnavailableError, match="document store"):
            await create_mongo_stores(database_of(client), TENANT).bookings.find(new_identifier())

        assert time.monotonic() - began < 15


@cuts_connections_off
@pytest.mark.usefixtures("_garbage_collected")
async def test_operations_share_the_time_of_a_request(silent_port: int) -> None:
    """The second one of a request does not wait as long again, and the next request has its own time."""
    async with create_mongo_client(f"mongodb://127.0.0.1:{silent_port}/crm") as client:
        bookings = create_mongo_stores(database_of(client), TENANT).bookings
        for _ in range(2):
            began = time.monotonic()
            with limit_to(2):
                for _ in range(6):
                    with pytest.raises(UnavailableError, match="document store"):
                        await bookings.find(new_identifier())
            assert 1.8 < time.monotonic() - began < 9


async def test_time_that_is_spent_elsewhere_does_not_count(database: Database) -> None:
    """A payment gateway may take longer than the store ever would."""
    bookings = create_mongo_stores(database, TENANT).bookings
    await bookings.find(new_identifier())

    with limit_to(0.5):
        await asyncio.sleep(0.6)

        assert await bookings.find(new_identifier()) is None


@cuts_connections_off
@pytest.mark.usefixtures("_garbage_collected")
async def test_the_probe_asks_the_store(mongodb_uri: str, free_port: int) -> None:
    """It returns when the store answers, and raises when it does not."""
    async with create_mongo_client(mongodb_uri) as client:
        await ping_mongo(client)

    async with create_mongo_client(f"mongodb://127.0.0.1:{free_port}") as client:
        with pytest.raises(ServerSelectionTimeoutError):
            await ping_mongo(client)
