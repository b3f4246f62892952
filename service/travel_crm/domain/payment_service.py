"""What can be done with payments: one settles a booking's whole price, and confirms the booking."""

import hashlib
import logging
from collections.abc import Mapping, Sequence

from travel_crm.domain.booking_service import BookingService
from travel_crm.domain.bookings import Booking
from travel_crm.domain.counting import Count
from travel_crm.domain.errors import DomainError, UnavailableError
from travel_crm.domain.fields import new_identifier
from travel_crm.domain.idempotency import IdempotencyKeys, identifier_under
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
        count: Count,
    ) -> None:
        self._payments = payments
        self._bookings = bookings
        self._gateways = gateways
        self._keys = keys
        self._count = count

    async def create(self, draft: NewPayment, idempotency_key: str | None = None) -> Payment:
        """Charge the booking's price and, once it is captured, confirm the booking and send a receipt.

        Raises `NotFoundError` for an unknown booking, `ConflictError` for one that is not pending or that
        somebody else is paying for, `PaymentFailedError` when the gateway gave no answer. With a key the same
        request again goes on with the same payment, and has the same answer once that is settled.
        """
        if idempotency_key is None:
            return await self._pay(draft, new_identifier())
        identifier = await identifier_under(self._keys, idempotency_key, _fingerprint(draft))
        earlier = await self._payments.find(identifier)
        if earlier is None or not earlier.is_settled:
            return await self._pay(draft, identifier)
        await self._bookings.confirm(earlier)
        return earlier

    async def settle_at_once(self, booking: Booking, means: MeansOfPayment) -> Booking:
        """Try to pay for a booking that was just made, and return it as it is then.

        A payment that is declined, or fails in whatever way, leaves it pending: it can be paid for later.
        """
        try:
            await self.create(NewPayment(booking_id=booking.id, gateway=means.gateway, token=means.token))
            return await self._bookings.get(booking.id)
        except DomainError as error:
            _logger.warning("booking not paid at once: %s", error, extra={"booking_id": booking.id})
        except Exception:
            _logger.exception("booking not paid at once", extra={"booking_id": booking.id})
        return booking

    async def get(self, identifier: str) -> Payment:
        """Return the payment; raise `NotFoundError` for an unknown identifier."""
        return await find_or_fail(self._payments, "payment", identifier)

    async def page(self, request: PaymentPageRequest) -> Page[Payment]:
        """Return a part of the list of payments."""
        return await self._payments.page(request)

    async def _pay(self, draft: NewPayment, identifier: str) -> Payment:
        async with self._bookings.held(draft.booking_id) as earlier:
            payment = next((one for one in earlier if one.id == identifier), None)
            if payment is not None and payment.is_settled:
                return payment
            booking = await self._bookings.require_pending(draft.booking_id)
            payment = payment or await self._opened(booking, draft.gateway, identifier)
            charge = await self._charge(payment, draft.token, _key_for_the_gateway(payment, earlier))
            payment = await self._settled(payment, charge)
            await self._bookings.confirm(payment)
            return payment

    async def _opened(self, booking: Booking, gateway: GatewayName, identifier: str) -> Payment:
        """Return a new payment, stored as pending: a charge whose outcome is unknown leaves a trace."""
        payment = Payment(id=identifier, booking_id=booking.id, gateway=gateway, price=booking.price)
        await self._payments.add(payment)
        return payment

    async def _settled(self, payment: Payment, charge: Charge) -> Payment:
        payment = await self._payments.settle(payment, charge)
        self._count(gateway=str(payment.gateway), status=str(payment.status))
        known = {"payment_id": payment.id, "booking_id": payment.booking_id}
        _logger.info("payment %s", payment.status, extra=known)
        return payment

    async def _charge(self, payment: Payment, token: str, key: str) -> Charge:
        try:
            return await self._gateways[payment.gateway].charge(payment, token, key)
        except Exception:
            self._count(gateway=str(payment.gateway), status=str(PaymentStatus.FAILED))
            _logger.warning("payment failed", extra={"payment_id": payment.id})
            await self._keep_failure(payment)
            raise

    async def _keep_failure(self, payment: Payment) -> None:
        try:
            await self._payments.settle(payment, Charge(status=PaymentStatus.FAILED))
        except UnavailableError:
            _logger.error("failed payment kept as pending", extra={"payment_id": payment.id})


def _key_for_the_gateway(payment: Payment, earlier: Sequence[Payment]) -> str:
    """Return what tells one charge of a booking from the next.

    Only a charge that was declined is followed by another one. Where the gateway's answer was lost, the next
    payment has the same key, and so the answer to what was charged already: a booking is charged once.
    """
    declined = sum(one.gateway is payment.gateway and one.status is PaymentStatus.DECLINED for one in earlier)
    return f"{payment.booking_id}-{declined}"


def _fingerprint(draft: NewPayment) -> str:
    """Return what tells this request from another one; the token cannot be read from it."""
    return hashlib.sha256(draft.model_dump_json().encode()).hexdigest()
