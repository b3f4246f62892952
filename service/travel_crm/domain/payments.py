"""Payments: one settles a booking's whole price through a gateway, and confirms the booking."""

import logging
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field

from travel_crm.domain.booking_service import BookingService
from travel_crm.domain.counting import Count
from travel_crm.domain.fields import Identifier, Line, Money, new_identifier, utc_now
from travel_crm.domain.storing import Page, PageRequest, Repository, find_or_fail

_logger = logging.getLogger(__name__)


class PaymentStatus(StrEnum):
    """The states of a payment: pending until the gateway has answered."""

    PENDING = "pending"
    CAPTURED = "captured"
    DECLINED = "declined"


class NewPayment(BaseModel):
    """What is needed to pay for a booking."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [{"booking_id": "9b2d1c0fa3e84d6f8a57c1e2b3d4f506", "token": "tok_approved"}]
        },
    )

    booking_id: Identifier
    token: Annotated[
        Line,
        Field(
            description=(
                "The gateway's token for the means of payment. The sandbox gateway knows `tok_approved`, "
                "`tok_declined`, and `tok_broken`, which makes the gateway answer with nonsense."
            )
        ),
    ]


class Payment(BaseModel):
    """A payment as it is kept; the token is not."""

    model_config = ConfigDict(frozen=True)

    id: Identifier = Field(default_factory=new_identifier)
    booking_id: Identifier
    gateway: str
    price: Money
    status: PaymentStatus = PaymentStatus.PENDING
    reference: Annotated[str | None, Field(description="The gateway's name for the charge.")] = None
    created_at: datetime = Field(default_factory=utc_now)


class Charge(BaseModel):
    """A gateway's answer."""

    status: PaymentStatus
    reference: str


class PaymentGateway(Protocol):
    """Moves money."""

    @property
    def name(self) -> str:
        """The gateway's name in data and logs."""
        ...

    async def charge(self, payment: Payment, token: str) -> Charge:
        """Charge the price; what the gateway could not be understood to say is raised as it is."""
        ...


class PaymentRepository(Repository[Payment], Protocol):
    """Keeps payments."""

    async def settle(self, payment: Payment, charge: Charge) -> Payment:
        """Record the gateway's answer and return the payment with it."""
        ...


class PaymentService:
    """Takes payments and finds them again."""

    def __init__(
        self, payments: PaymentRepository, bookings: BookingService, gateway: PaymentGateway, count: Count
    ) -> None:
        self._payments = payments
        self._bookings = bookings
        self._gateway = gateway
        self._count = count

    async def create(self, draft: NewPayment) -> Payment:
        """Charge the booking's price and, once it is captured, confirm the booking.

        The payment is stored as pending first, so that a charge whose outcome is unknown leaves a trace.
        Raises `NotFoundError` for an unknown booking, `ConflictError` for one that is not pending.
        """
        booking = await self._bookings.require_pending(draft.booking_id)
        payment = Payment(booking_id=booking.id, gateway=self._gateway.name, price=booking.price)
        await self._payments.add(payment)
        charge = await self._charge(payment, draft.token)
        payment = await self._payments.settle(payment, charge)
        _logger.info("payment %s", payment.status, extra={"payment_id": payment.id, "booking_id": booking.id})
        if payment.status is PaymentStatus.CAPTURED:
            await self._bookings.confirm(booking.id)
        return payment

    async def _charge(self, payment: Payment, token: str) -> Charge:
        try:
            charge = await self._gateway.charge(payment, token)
        except Exception:
            self._count(gateway=payment.gateway, status="failed")
            raise
        self._count(gateway=payment.gateway, status=str(charge.status))
        return charge

    async def get(self, identifier: str) -> Payment:
        """Return the payment; raise `NotFoundError` for an unknown identifier."""
        return await find_or_fail(self._payments, "payment", identifier)

    async def page(self, request: PageRequest) -> Page[Payment]:
        """Return a part of the list of payments."""
        return await self._payments.page(request)
