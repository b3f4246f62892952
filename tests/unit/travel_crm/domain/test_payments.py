"""Payments settle bookings, or say why not."""

import json

import pytest

from tests.unit.travel_crm.conftest import Crm
from travel_crm.domain.bookings import BookingStatus
from travel_crm.domain.errors import ConflictError, NotFoundError
from travel_crm.domain.fields import new_identifier
from travel_crm.domain.payments import NewPayment, PaymentStatus

pytestmark = pytest.mark.anyio


async def test_an_approved_payment_confirms_the_booking(crm: Crm) -> None:
    """The price is captured and the gateway's reference kept."""
    booking = await crm.bookings.create(await crm.draft())

    payment = await crm.payments.create(NewPayment(booking_id=booking.id, token="tok_approved"))

    assert payment.status is PaymentStatus.CAPTURED
    assert payment.price == booking.price
    assert payment.reference
    assert await crm.payments.get(payment.id) == payment
    assert (await crm.bookings.get(booking.id)).status is BookingStatus.CONFIRMED


async def test_a_declined_payment_leaves_the_booking_pending(crm: Crm) -> None:
    """Another means of payment can still be tried."""
    booking = await crm.bookings.create(await crm.draft())

    declined = await crm.payments.create(NewPayment(booking_id=booking.id, token="tok_declined"))
    approved = await crm.payments.create(NewPayment(booking_id=booking.id, token="tok_approved"))

    assert (declined.status, approved.status) == (PaymentStatus.DECLINED, PaymentStatus.CAPTURED)
    assert crm.payment_count.counted == [
        {"gateway": "sandbox", "status": "declined"},
        {"gateway": "sandbox", "status": "captured"},
    ]


async def test_a_booking_is_paid_once(crm: Crm) -> None:
    """A confirmed booking takes no further payment."""
    booking = await crm.bookings.create(await crm.draft())
    await crm.payments.create(NewPayment(booking_id=booking.id, token="tok_approved"))

    with pytest.raises(ConflictError, match="confirmed, no longer pending"):
        await crm.payments.create(NewPayment(booking_id=booking.id, token="tok_approved"))

    assert len(crm.payment_store.entities) == 1


async def test_an_answer_nobody_understands_is_raised_and_leaves_a_pending_payment(crm: Crm) -> None:
    """Whether money moved is unknown, and the store says so."""
    booking = await crm.bookings.create(await crm.draft())

    with pytest.raises(json.JSONDecodeError):
        await crm.payments.create(NewPayment(booking_id=booking.id, token="tok_broken"))

    (payment,) = crm.payment_store.entities.values()
    assert payment.status is PaymentStatus.PENDING
    assert crm.payment_count.counted == [{"gateway": "sandbox", "status": "failed"}]


async def test_the_token_is_not_kept(crm: Crm) -> None:
    """Whoever reads the store cannot pay with it."""
    booking = await crm.bookings.create(await crm.draft())

    payment = await crm.payments.create(NewPayment(booking_id=booking.id, token="tok_of_somebody"))

    assert "tok_of_somebody" not in payment.model_dump_json()


async def test_paying_for_an_unknown_booking(crm: Crm) -> None:
    """Nothing is charged."""
    with pytest.raises(NotFoundError, match="No booking"):
        await crm.payments.create(NewPayment(booking_id=new_identifier(), token="tok_approved"))

    assert not crm.payment_store.entities
