"""What can be done with payments: one settles a booking's whole price, and confirms the booking."""

import hashlib
import logging
from collections.abc import Mapping
from contextlib import suppress

from travel_crm.domain.booking_service import BookingService
from travel_crm.domain.bookings import Booking
from travel_crm.domain.counting import Count
from travel_crm.domain.errors import PaymentFailedError, UnavailableError
from travel_crm.domain.idempotency import IdempotencyKeys, once
from travel_crm.domain.jobs import JobKind, JobQueue
from travel_crm.domain.payments import (
    Charge,
    GatewayName,
    MeansOfPayment,
    NewPayment,
    Payment,
    PaymentGateway,
    PaymentPageRequest,
    PaymentRepository,
    PaymentStatus,
)
from travel_crm.domain.storing import Page, find_or_fail

_logger = logging.getLogger(__name__)


class PaymentService:
    """Takes payments and finds them again."""

    def __init__(
        self,
        payments: PaymentRepository,
        bookings: BookingService,
        gateways: Mapping[GatewayName, PaymentGateway],
        keys: IdempotencyKeys,
        jobs: JobQueue,
        count: Count,
    ) -> None:
        self._payments = payments
        self._bookings = bookings
        self._gateways = gateways
        self._keys = keys
        self._jobs = jobs
        self._count = count

    async def create(self, draft: NewPayment, idempotency_key: str | None = None) -> Payment:
        """Charge the booking's price and, once it is captured, confirm the booking and send a receipt.

        Raises `NotFoundError` for an unknown booking, `ConflictError` for one that is not pending,
        `PaymentFailedError` when the gateway gave no answer. With a key the same request again has the same
        answer, and the gateway is not charged twice even where its answer was lost.
        """
        if idempotency_key is None:
            return await self._pay(draft, None)

        async def pay() -> str:
            return (await self._pay(draft, idempotency_key)).id

        return await self.get(await once(self._keys, idempotency_key, _fingerprint(draft), pay))

    async def settle_at_once(self, booking: Booking, means: MeansOfPayment) -> Booking:
        """Try to pay for a booking that was just made, and return it as it is then.

        A payment that is declined, or a gateway that fails, leaves it pending: it can be paid for later.
        """
        with suppress(PaymentFailedError):
            await self.create(NewPayment(booking_id=booking.id, gateway=means.gateway, token=means.token))
        return await self._bookings.get(booking.id)

    async def get(self, identifier: str) -> Payment:
        """Return the payment; raise `NotFoundError` for an unknown identifier."""
        return await find_or_fail(self._payments, "payment", identifier)

    async def page(self, request: PaymentPageRequest) -> Page[Payment]:
        """Return a part of the list of payments."""
        return await self._payments.page(request)

    async def _pay(self, draft: NewPayment, key: str | None) -> Payment:
        booking = await self._bookings.require_pending(draft.booking_id)
        # Stored as pending first, so that a charge whose outcome is unknown leaves a trace.
        payment = Payment(booking_id=booking.id, gateway=draft.gateway, price=booking.price)
        await self._payments.add(payment)
        charge = await self._charge(payment, draft.token, _key_for_the_gateway(payment, key))
        payment = await self._payments.settle(payment, charge)
        _logger.info("payment %s", payment.status, extra={"payment_id": payment.id, "booking_id": booking.id})
        if payment.status is PaymentStatus.CAPTURED:
            await self._bookings.confirm(booking.id)
            await self._enqueue_receipt(payment)
        return payment

    async def _charge(self, payment: Payment, token: str, key: str) -> Charge:
        try:
            charge = await self._gateways[payment.gateway].charge(payment, token, key)
        except Exception:
            self._count(gateway=str(payment.gateway), status=str(PaymentStatus.FAILED))
            _logger.warning("payment failed", extra={"payment_id": payment.id})
            await self._keep_failure(payment)
            raise
        self._count(gateway=str(payment.gateway), status=str(charge.status))
        return charge

    async def _keep_failure(self, payment: Payment) -> None:
        try:
            await self._payments.settle(payment, Charge(status=PaymentStatus.FAILED))
        except UnavailableError:
            _logger.error("failed payment kept as pending", extra={"payment_id": payment.id})

    async def _enqueue_receipt(self, payment: Payment) -> None:
        """Have a receipt sent; the money has moved, so a queue that is away cannot take that back."""
        try:
            await self._jobs.enqueue(JobKind.PAYMENT_RECEIPT, {"payment_id": payment.id})
        except UnavailableError:
            _logger.error("payment kept without a receipt", extra={"payment_id": payment.id})


def _key_for_the_gateway(payment: Payment, key: str | None) -> str:
    """Return the caller's key as the gateway gets it: two tenants who chose the same one do not meet."""
    return hashlib.sha256(f"{payment.booking_id}:{key}".encode()).hexdigest() if key else payment.id


def _fingerprint(draft: NewPayment) -> str:
    """Return what tells this request from another one; the token cannot be read from it."""
    return hashlib.sha256(draft.model_dump_json().encode()).hexdigest()
