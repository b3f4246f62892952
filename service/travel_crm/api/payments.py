"""`/payments`: pay for bookings, find payments, list them."""

from fastapi import APIRouter

from travel_crm.api.dependencies import PageQuery, ServicesOfApp
from travel_crm.api.error_body import documented
from travel_crm.domain.payments import NewPayment, Payment
from travel_crm.domain.storing import Page

router = APIRouter(prefix="/payments", tags=["payments"])


@router.post(
    "",
    status_code=201,
    summary="Pay for a booking",
    responses=documented(
        status_404="Unknown booking.",
        status_409="The booking is not pending.",
        status_500="The gateway's answer was not understood; the payment stays pending.",
    ),
)
async def create_payment(draft: NewPayment, services: ServicesOfApp) -> Payment:
    """Charge a pending booking's price; a captured payment confirms the booking, a declined one does not."""
    return await services.payments.create(draft)


@router.get("/{payment_id}", summary="Find a payment", responses=documented(status_404="Unknown payment."))
async def get_payment(payment_id: str, services: ServicesOfApp) -> Payment:
    """Return one payment."""
    return await services.payments.get(payment_id)


@router.get("", summary="List payments")
async def list_payments(page: PageQuery, services: ServicesOfApp) -> Page[Payment]:
    """Return a part of the list, newest first."""
    return await services.payments.page(page)
