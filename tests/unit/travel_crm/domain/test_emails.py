"""The confirmation: what it says, to whom, and when there is nothing to confirm."""

import pytest

from tests.unit.travel_crm.conftest import Crm
from tests.unit.travel_crm.fakes import RecordingMailer
from travel_crm.domain.emails import BookingConfirmation
from travel_crm.domain.fields import new_identifier

pytestmark = pytest.mark.anyio


async def test_the_customer_is_told_what_was_booked(crm: Crm) -> None:
    """The same booking always makes the same message, so that a second one can be told."""
    mailer = RecordingMailer()
    confirmation = BookingConfirmation(crm.booking_store, crm.customer_store, mailer)
    booking = await crm.bookings.create(await crm.draft())

    await confirmation({"booking_id": booking.id})
    await confirmation({"booking_id": booking.id})

    first, second = mailer.sent
    assert first == second
    assert (first.recipient_name, first.recipient_address) == ("Ada Lovelace", "ada@example.com")
    assert first.subject == "Your booking: Lisbon, 2027-05-03"
    assert "1299.00 EUR" in first.text
    assert booking.id in first.reference


async def test_a_booking_that_was_taken_back_is_not_confirmed(crm: Crm) -> None:
    """The job is done all the same: trying again would not bring the booking back."""
    mailer = RecordingMailer()
    confirmation = BookingConfirmation(crm.booking_store, crm.customer_store, mailer)

    await confirmation({"booking_id": new_identifier()})

    assert not mailer.sent
