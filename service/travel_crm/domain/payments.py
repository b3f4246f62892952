"""Payments: their data, their states, and what the use cases expect of a gateway."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field

from travel_crm.domain.fields import Identifier, Line, Money, new_identifier, utc_now
from travel_crm.domain.storing import PageRequest, Repository


class GatewayName(StrEnum):
    """The payment gateways: one in this process that moves no money, one over HTTP."""

    SANDBOX = "sandbox"
    CARDPAY = "cardpay"


class PaymentStatus(StrEnum):
    """The states of a payment: pending until the gateway has answered.

    A failed one had no answer that could be understood; whether money moved is in the gateway's books.
    """

    PENDING = "pending"
    CAPTURED = "captured"
    DECLINED = "declined"
    FAILED = "failed"


class MeansOfPayment(BaseModel):
    """How something is paid."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    gateway: GatewayName = GatewayName.SANDBOX
    token: Annotated[
        Line,
        Field(
            description=(
                "The gateway's token for the means of payment. Both gateways know `tok_approved`, "
                "`tok_declined`, and `tok_broken`, which makes the gateway answer with nonsense; cardpay "
                "knows `tok_slow`, `tok_flaky`, `tok_failing` and `tok_timeout` besides."
            )
        ),
    ]


class NewPayment(MeansOfPayment):
    """What is needed to pay for a booking."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "booking_id": "9b2d1c0fa3e84d6f8a57c1e2b3d4f506",
                    "gateway": "cardpay",
                    "token": "tok_approved",
                }
            ]
        },
    )

    booking_id: Identifier


class Payment(BaseModel):
    """A payment as it is kept; the token is not."""

    model_config = ConfigDict(frozen=True)

    id: Identifier = Field(default_factory=new_identifier)
    booking_id: Identifier
    gateway: GatewayName
    price: Money
    status: PaymentStatus = PaymentStatus.PENDING
    reference: Annotated[str | None, Field(description="The gateway's name for the charge.")] = None
    created_at: datetime = Field(default_factory=utc_now)

    @property
    def is_settled(self) -> bool:
        """Return whether the gateway has said what became of it, which is final."""
        return self.status in (PaymentStatus.CAPTURED, PaymentStatus.DECLINED)


class PaymentPageRequest(PageRequest):
    """Which payments are wanted."""

    status: PaymentStatus | None = None
    gateway: GatewayName | None = None
    booking_id: Identifier | None = None


class Charge(BaseModel):
    """A gateway's answer."""

    status: PaymentStatus
    reference: str | None = None


class PaymentGateway(Protocol):
    """Moves money."""

    async def charge(self, payment: Payment, token: str, idempotency_key: str) -> Charge:
        """Charge the price; the same key again is the same charge, whatever happened in between.

        Raises `PaymentFailedError` when the gateway is out of order or too slow; what it could not be
        understood to say is raised as it is.
        """
        ...


class PaymentRepository(Repository[Payment], Protocol):
    """Keeps payments."""

    async def of_booking(self, booking_id: str) -> Sequence[Payment]:
        """Return all payments that were tried for a booking."""
        ...

    async def settle(self, payment: Payment, charge: Charge) -> Payment:
        """Record the gateway's answer and return the payment with it."""
        ...
