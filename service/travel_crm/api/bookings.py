"""`/bookings`: book, find bookings, list them, cancel them."""

from typing import Annotated

from fastapi import APIRouter, Query

from travel_crm.api.dependencies import UseCasesOfTenant
from travel_crm.api.error_body import documented
from travel_crm.domain.bookings import Booking, BookingPageRequest, NewBooking
from travel_crm.domain.payments import MeansOfPayment
from travel_crm.domain.storing import Page

router = APIRouter(prefix="/bookings", tags=["bookings"])


class Order(NewBooking):
    """A booking, and how it is paid if that is to happen at once."""

    payment: MeansOfPayment | None = None


@router.post(
    "",
    status_code=201,
    summary="Book a journey",
    responses=documented(
        status_404="Unknown customer or travel query.",
        status_409="The travel query is another customer's.",
    ),
)
async def create_booking(order: Order, tenant: UseCasesOfTenant) -> Booking:
    """Store a new booking, pending until it is paid; its confirmation goes out by e-mail.

    With `payment` it is paid at once, and confirmed in the answer if that went well; if it did not, the
    booking stays pending.
    """
    booking = await tenant.bookings.create(order)
    return await tenant.payments.settle_at_once(booking, order.payment) if order.payment else booking


@router.get("/{booking_id}", summary="Find a booking", responses=documented(status_404="Unknown booking."))
async def get_booking(booking_id: str, tenant: UseCasesOfTenant) -> Booking:
    """Return one booking, from the cache when it was read in the last minute."""
    return await tenant.bookings.get(booking_id)


@router.get("", summary="List bookings")
async def list_bookings(
    page: Annotated[BookingPageRequest, Query()], tenant: UseCasesOfTenant
) -> Page[Booking]:
    """Return a part of the list, newest first."""
    return await tenant.bookings.page(page)


@router.post(
    "/{booking_id}/cancel",
    summary="Cancel a booking",
    responses=documented(
        status_404="Unknown booking.", status_409="The booking is not pending, or is being paid for."
    ),
)
async def cancel_booking(booking_id: str, tenant: UseCasesOfTenant) -> Booking:
    """Cancel a booking that is still pending."""
    return await tenant.bookings.cancel(booking_id)
