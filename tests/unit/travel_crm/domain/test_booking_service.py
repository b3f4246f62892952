"""Bookings: the order of store, cache and queue, and what is left when one of them is away."""

import logging

import pytest

from tests.unit.travel_crm.conftest import Crm
from travel_crm.domain.bookings import BookingPageRequest, BookingStatus
from travel_crm.domain.errors import ConflictError, NotFoundError, UnavailableError
from travel_crm.domain.fields import new_identifier
from travel_crm.domain.jobs import JobKind

pytestmark = pytest.mark.anyio


async def test_booking_stores_and_enqueues_the_confirmation(
    crm: Crm, caplog: pytest.LogCaptureFixture
) -> None:
    """The job names the booking and carries nothing about the person."""
    caplog.set_level(logging.INFO)

    booking = await crm.bookings.create(await crm.draft())

    assert crm.booking_store.entities == {booking.id: booking}
    assert booking.status is BookingStatus.PENDING
    assert crm.jobs.jobs == [(JobKind.BOOKING_CONFIRMATION, {"booking_id": booking.id})]
    assert "booking created" in caplog.messages
    assert crm.booking_count.counted == [{"status": "pending"}]


async def test_booking_for_an_unknown_customer(crm: Crm) -> None:
    """Nothing is stored, nothing is enqueued."""
    with pytest.raises(NotFoundError, match="No customer"):
        await crm.bookings.create(await crm.draft(customer_id=new_identifier()))

    assert not crm.booking_store.entities
    assert not crm.jobs.jobs


async def test_booking_another_customers_travel_query(crm: Crm) -> None:
    """A travel query can be booked by whoever asked, and by nobody else."""
    draft = await crm.draft()
    foreign = await crm.travel_queries.create(await crm.query_draft())

    with pytest.raises(ConflictError, match="another customer's"):
        await crm.bookings.create(draft.model_copy(update={"travel_query_id": foreign.id}))

    assert not crm.booking_store.entities


async def test_a_booking_whose_confirmation_cannot_be_enqueued_is_taken_back(crm: Crm) -> None:
    """The caller is told to try again, so there must not be a booking already."""
    crm.jobs.reachable = False

    with pytest.raises(UnavailableError, match="job queue"):
        await crm.bookings.create(await crm.draft())

    assert not crm.booking_store.entities
    assert crm.booking_count.counted == [{"status": "failed"}]


async def test_a_booking_that_cannot_be_taken_back_is_logged(
    crm: Crm, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Queue and store gone one after the other: what is left behind is an error in the log."""

    async def remove(identifier: str) -> None:
        raise UnavailableError("document store")

    crm.jobs.reachable = False
    monkeypatch.setattr(crm.booking_store, "remove", remove)

    with pytest.raises(UnavailableError, match="job queue"):
        await crm.bookings.create(await crm.draft())

    assert "booking kept without a confirmation" in caplog.messages


async def test_a_booking_is_read_from_the_store_once(crm: Crm) -> None:
    """The second read is served by the cache."""
    booking = await crm.bookings.create(await crm.draft())

    first, second = await crm.bookings.get(booking.id), await crm.bookings.get(booking.id)

    assert first == second == booking
    assert crm.booking_store.reads == 1


async def test_what_has_no_identifiers_form_reaches_neither_cache_nor_store(crm: Crm) -> None:
    """A made-up id cannot name anything else that lies in the cache."""
    crm.cache.bookings["pages"] = await crm.bookings.create(await crm.draft())

    with pytest.raises(NotFoundError, match="No booking"):
        await crm.bookings.get("pages")

    assert crm.booking_store.reads == 0


async def test_a_new_booking_is_on_the_list_at_once(crm: Crm) -> None:
    """Creating drops the parts of the list that were cached."""
    await crm.bookings.create(await crm.draft())
    before = await crm.bookings.page(BookingPageRequest())
    unchanged = await crm.bookings.page(BookingPageRequest())

    await crm.bookings.create(await crm.draft())
    after = await crm.bookings.page(BookingPageRequest())

    assert (before.total, unchanged.total, after.total) == (1, 1, 2)
    assert crm.booking_store.reads == 2


async def test_a_change_of_state_is_seen_through_the_cache(crm: Crm) -> None:
    """Cancelling drops the booking's cached form."""
    booking = await crm.bookings.create(await crm.draft())
    await crm.bookings.get(booking.id)

    await crm.bookings.cancel(booking.id)

    assert (await crm.bookings.get(booking.id)).status is BookingStatus.CANCELLED


async def test_only_a_pending_booking_can_be_cancelled(crm: Crm) -> None:
    """The second cancellation is told what the booking is by now."""
    booking = await crm.bookings.create(await crm.draft())
    await crm.bookings.cancel(booking.id)

    with pytest.raises(ConflictError, match="cancelled, no longer pending"):
        await crm.bookings.cancel(booking.id)


async def test_cancelling_an_unknown_booking(crm: Crm) -> None:
    """What is not there cannot be cancelled."""
    with pytest.raises(NotFoundError):
        await crm.bookings.cancel(new_identifier())
