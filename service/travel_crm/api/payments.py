"""`/payments`: pay for bookings, find payments, list them."""

from typing import Annotated

from fastapi import APIRouter, Header, Query

from travel_crm.api.dependencies import UseCasesOfTenant
from travel_crm.api.error_body import documented
from travel_crm.domain.payments import NewPayment, Payment, PaymentPageRequest
from travel_crm.domain.storing import Page

router = APIRouter(prefix="/payments", tags=["payments"])

IdempotencyKey = Annotated[
    str | None,
    Header(pattern=r"^[\x21-\x7e]{1,128}$", description="Chosen by the caller, new for each new payment."),
]


@router.post(
    "",
    status_code=201,
    summary="Pay for a booking",
    responses=documented(
        status_404="Unknown booking.",
        status_409="The booking is not pending, or is being paid for or cancelled right now.",
        status_422="Something is not as it should be, or the key was used for another request before.",
        status_500="The gateway's answer was not understood; the payment failed.",
        status_502="The gateway is out of order; the payment failed.",
        status_504="The gateway did not answer in time; the payment failed.",
    ),
)
async def create_payment(
    draft: NewPayment, tenant: UseCasesOfTenant, idempotency_key: IdempotencyKey = None
) -> Payment:
    """Charge a pending booking's price; a captured payment confirms the booking, a declined one does not.

    A booking is charged once, whoever pays for it. With an `Idempotency-Key` the same request can be sent
    again: it goes on with the same payment, and has the same answer once that is settled.
    """
    return await tenant.payments.create(draft, idempotency_key)


@router.get("/{payment_id}", summary="Find a payment", responses=documented(status_404="Unknown payment."))
async def get_payment(payment_id: str, tenant: UseCasesOfTenant) -> Payment:
    """Return one payment."""
    return await tenant.payments.get(payment_id)


@router.get("", summary="List payments")
async def list_payments(
    page: Annotated[PaymentPageRequest, Query()], tenant: UseCasesOfTenant
) -> Page[Payment]:
    """Return a part of the list, newest first."""
    return await tenant.payments.page(page)
