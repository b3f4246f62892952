"""Payments settle bookings, or say why not."""

import asyncio
import json

import pytest

from tests.unit.travel_crm.conftest import Crm
from tests.unit.travel_crm.fakes import away_for
from travel_crm.domain.bookings import BookingStatus
from travel_crm.domain.errors import (
    ConflictError,
    MismatchError,
    NotFoundError,
    PaymentFailedError,
    UnavailableError,
)
from travel_crm.domain.fields import new_identifier
from travel_crm.domain.jobs import JobKind
from travel_crm.domain.payments import (
    Charge,
    GatewayName,
    MeansOfPayment,
    NewPayment,
    Payment,
    PaymentStatus,
)

pytestmark = pytest.mark.anyio


async def drafted(crm: Crm) -> NewPayment:
    """Make a booking, and draw up a payment for it that the gateway on the network takes."""
    booking = await crm.bookings.create(await crm.draft())
    return NewPayment(booking_id=booking.id, gateway=GatewayName.CARDPAY, token="tok_approved")


async def test_an_approved_payment_confirms_the_booking(crm: Crm) -> None:
    """The price is captured, the gateway's reference kept, a receipt on its way."""
    booking = await crm.bookings.create(await crm.draft())

    payment = await crm.payments.create(NewPayment(booking_id=booking.id, token="tok_approved"))

    assert payment.status is PaymentStatus.CAPTURED
    assert payment.price == booking.price
    assert payment.reference
    assert await crm.payments.get(payment.id) == payment
    assert (await crm.bookings.get(booking.id)).status is BookingStatus.CONFIRMED
    assert crm.jobs.jobs[-1] == (JobKind.PAYMENT_RECEIPT, {"payment_id": payment.id})


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


async def test_an_answer_nobody_understands_is_raised_and_leaves_a_failed_payment(crm: Crm) -> None:
    """Whether money moved is unknown, and the store says so."""
    booking = await crm.bookings.create(await crm.draft())

    with pytest.raises(json.JSONDecodeError):
        await crm.payments.create(NewPayment(booking_id=booking.id, token="tok_broken"))

    (payment,) = crm.payment_store.entities.values()
    assert payment.status is PaymentStatus.FAILED
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


async def test_the_gateway_is_the_callers_choice(crm: Crm) -> None:
    """Each is counted under its own name."""
    draft = await drafted(crm)

    payment = await crm.payments.create(draft)

    assert (payment.gateway, payment.reference) == (GatewayName.CARDPAY, "c")
    assert crm.payment_count.counted == [{"gateway": "cardpay", "status": "captured"}]


async def test_a_gateway_that_fails_leaves_the_booking_pending(crm: Crm) -> None:
    """Another one can be tried, under the same key: the gateway knows whether it has charged already."""
    draft = await drafted(crm)
    crm.cardpay.script = [PaymentFailedError("cardpay", timed_out=True)]

    with pytest.raises(PaymentFailedError, match="did not answer in time"):
        await crm.payments.create(draft)
    again = await crm.payments.create(draft)

    (failed, _) = crm.payment_store.entities.values()
    assert failed.status is PaymentStatus.FAILED
    assert again.status is PaymentStatus.CAPTURED
    assert len(crm.cardpay.keys) == 2
    assert len(set(crm.cardpay.keys)) == 1


async def test_a_declined_charge_is_followed_by_another_one(crm: Crm) -> None:
    """The gateway's answer is known, so the next payment is no repetition."""
    booking = await crm.bookings.create(await crm.draft())
    crm.cardpay.script = [Charge(status=PaymentStatus.DECLINED)]
    draft = NewPayment(booking_id=booking.id, gateway=GatewayName.CARDPAY, token="tok")

    await crm.payments.create(draft)
    await crm.payments.create(draft)

    assert len(set(crm.cardpay.keys)) == 2


async def test_one_of_many_payments_at_once_is_charged(crm: Crm) -> None:
    """The others are told so before any money moves."""
    draft = await drafted(crm)

    paying = [crm.payments.create(draft, f"key-{number}") for number in range(20)]
    answers = await asyncio.gather(*paying, return_exceptions=True)

    assert sum(isinstance(one, Payment) for one in answers) == 1
    assert sum(isinstance(one, ConflictError) for one in answers) == 19
    assert len(crm.cardpay.keys) == len(crm.payment_store.entities) == 1
    assert (await crm.bookings.get(draft.booking_id)).status is BookingStatus.CONFIRMED
    assert not crm.booking_claims.held


async def test_a_booking_that_is_being_paid_for_cannot_be_cancelled(crm: Crm) -> None:
    """Nobody pays for a journey that is off."""
    draft = await drafted(crm)

    payment, refusal = await asyncio.gather(
        crm.payments.create(draft), crm.bookings.cancel(draft.booking_id), return_exceptions=True
    )

    assert isinstance(payment, Payment)
    assert isinstance(refusal, ConflictError)
    assert "being paid for" in str(refusal)
    assert (await crm.bookings.get(draft.booking_id)).status is BookingStatus.CONFIRMED


async def test_a_confirmation_that_failed_is_made_up_for_by_the_same_request(crm: Crm) -> None:
    """The money has moved: it is one payment, charged once, counted once, and answered in the end."""
    draft = await drafted(crm)

    with away_for(crm.booking_store, "change_status"), pytest.raises(UnavailableError):
        await crm.payments.create(draft, "key-1")
    payment = await crm.payments.create(draft, "key-1")

    assert crm.payment_store.entities == {payment.id: payment}
    assert payment.status is PaymentStatus.CAPTURED
    assert len(crm.cardpay.keys) == len(crm.payment_count.counted) == 1
    assert (await crm.bookings.get(draft.booking_id)).status is BookingStatus.CONFIRMED
    assert (JobKind.PAYMENT_RECEIPT, {"payment_id": payment.id}) in crm.jobs.jobs


@pytest.mark.parametrize("wanted", ["pay", "cancel"])
async def test_a_confirmation_that_failed_is_made_up_for_by_whoever_comes_next(crm: Crm, wanted: str) -> None:
    """A booking that is paid for is neither charged again nor cancelled."""
    draft = await drafted(crm)
    with away_for(crm.booking_store, "change_status"), pytest.raises(UnavailableError):
        await crm.payments.create(draft)

    with pytest.raises(ConflictError, match="confirmed, no longer pending"):
        await (crm.payments.create(draft) if wanted == "pay" else crm.bookings.cancel(draft.booking_id))

    assert len(crm.cardpay.keys) == len(crm.payment_store.entities) == 1


async def test_a_charge_that_could_not_be_kept_is_found_again(crm: Crm) -> None:
    """The same request goes on with the same payment, and the gateway knows the charge by its key."""
    draft = await drafted(crm)

    with away_for(crm.payment_store, "settle"), pytest.raises(UnavailableError):
        await crm.payments.create(draft, "key-1")
    payment = await crm.payments.create(draft, "key-1")

    assert crm.payment_store.entities == {payment.id: payment}
    assert payment.status is PaymentStatus.CAPTURED
    assert len(set(crm.cardpay.keys)) == 1
    assert crm.payment_count.counted == [{"gateway": "cardpay", "status": "captured"}]


async def test_a_request_that_failed_charges_no_booking_that_was_paid_since(crm: Crm) -> None:
    """Its key still stands for a payment, but the booking needs none any more."""
    draft = await drafted(crm)
    crm.cardpay.script = [PaymentFailedError("cardpay")]
    with pytest.raises(PaymentFailedError):
        await crm.payments.create(draft, "key-1")
    await crm.payments.create(NewPayment(booking_id=draft.booking_id, token="tok_approved"))

    with pytest.raises(ConflictError, match="confirmed, no longer pending"):
        await crm.payments.create(draft, "key-1")

    assert len(crm.cardpay.keys) == 1


@pytest.mark.parametrize("token", ["tok_declined", "tok_broken"])
async def test_a_booking_is_made_whatever_becomes_of_its_payment(crm: Crm, token: str) -> None:
    """It stays pending, and can be paid for later."""
    booking = await crm.bookings.create(await crm.draft())

    settled = await crm.payments.settle_at_once(booking, MeansOfPayment(token=token))

    assert settled == booking


async def test_a_booking_is_made_where_the_store_is_away_for_its_payment(crm: Crm) -> None:
    """The caller has the booking that there is."""
    booking = await crm.bookings.create(await crm.draft())
    crm.payment_store.reachable = False

    assert await crm.payments.settle_at_once(booking, MeansOfPayment(token="tok_approved")) == booking


async def test_the_same_request_again_has_the_same_answer(crm: Crm) -> None:
    """Nothing is charged, counted or sent a second time."""
    draft = await drafted(crm)

    first = await crm.payments.create(draft, "key-1")
    jobs = list(crm.jobs.jobs)
    second = await crm.payments.create(draft, "key-1")

    assert first == second
    assert len(crm.cardpay.keys) == len(crm.payment_count.counted) == 1
    assert crm.jobs.jobs == jobs


async def test_a_key_belongs_to_one_request(crm: Crm) -> None:
    """Another body under the same key is a mistake, and is said to be one."""
    booking = await crm.bookings.create(await crm.draft())
    await crm.payments.create(NewPayment(booking_id=booking.id, token="tok_approved"), "key-1")

    with pytest.raises(MismatchError, match="another request"):
        await crm.payments.create(NewPayment(booking_id=booking.id, token="tok_declined"), "key-1")


async def test_a_request_that_failed_can_be_sent_again_under_its_key(crm: Crm) -> None:
    """It is the same payment, and to the gateway the same charge."""
    draft = await drafted(crm)
    crm.cardpay.script = [PaymentFailedError("cardpay")]

    with pytest.raises(PaymentFailedError):
        await crm.payments.create(draft, "key-1")
    payment = await crm.payments.create(draft, "key-1")

    assert payment.status is PaymentStatus.CAPTURED
    assert len(crm.cardpay.keys) == 2
    assert len(set(crm.cardpay.keys)) == 1
    assert crm.payment_store.entities == {payment.id: payment}


async def test_a_queue_that_is_away_takes_no_payment_back(crm: Crm, caplog: pytest.LogCaptureFixture) -> None:
    """The money has moved; the missing receipt is an error in the log."""
    booking = await crm.bookings.create(await crm.draft())
    crm.jobs.reachable = False

    payment = await crm.payments.create(NewPayment(booking_id=booking.id, token="tok_approved"))

    assert payment.status is PaymentStatus.CAPTURED
    assert "payment kept without a receipt" in caplog.messages
