"""E-mails: what they say and to whom; how they are sent is the mailer's business."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from travel_crm.domain.bookings import Booking
from travel_crm.domain.customers import Customer
from travel_crm.domain.storing import Repository

_logger = logging.getLogger(__name__)


class EmailKind(StrEnum):
    """What an e-mail is about."""

    BOOKING_CONFIRMATION = "booking_confirmation"
    PAYMENT_RECEIPT = "payment_receipt"
    SLA_ESCALATION = "sla_escalation"


@dataclass(frozen=True)
class Email:
    """A message to one person. `reference` is the same whenever the same message is sent again."""

    kind: EmailKind
    reference: str
    recipient_name: str
    recipient_address: str
    subject: str
    text: str


class Mailer(Protocol):
    """Sends e-mails."""

    async def send(self, email: Email) -> None:
        """Hand the message to the mail server.

        Raises `MailRejectedError` when it was refused for good, `MailUnavailableError` when a later try may
        help.
        """
        ...


def compose_booking_confirmation(booking: Booking, customer: Customer) -> Email:
    """Return the e-mail that tells a customer what was booked."""
    return Email(
        kind=EmailKind.BOOKING_CONFIRMATION,
        reference=f"booking-confirmation-{booking.id}",
        recipient_name=customer.name,
        recipient_address=customer.email,
        subject=f"Your booking: {booking.destination}, {booking.departs_on.isoformat()}",
        text=(
            f"Dear {customer.name},\n\n"
            f"we have booked {booking.destination} for you.\n\n"
            f"Departure:  {booking.departs_on.isoformat()}\n"
            f"Return:     {booking.returns_on.isoformat()}\n"
            f"Travellers: {booking.travellers}\n"
            f"Price:      {booking.price}\n"
            f"Reference:  {booking.id}\n\n"
            "Travel CRM\n"
        ),
    )


class BookingConfirmation:
    """The job that sends a booking's confirmation."""

    def __init__(
        self, bookings: Repository[Booking], customers: Repository[Customer], mailer: Mailer
    ) -> None:
        self._bookings = bookings
        self._customers = customers
        self._mailer = mailer

    async def __call__(self, payload: Mapping[str, str]) -> None:
        """Send the confirmation of the booking that the payload names.

        A booking that is gone was taken back after its job was enqueued: nothing is sent.
        """
        booking = await self._bookings.find(payload["booking_id"])
        customer = await self._customers.find(booking.customer_id) if booking else None
        if booking is None or customer is None:
            _logger.warning("no booking to confirm", extra={"booking_id": payload["booking_id"]})
            return
        await self._mailer.send(compose_booking_confirmation(booking, customer))
        _logger.info("booking confirmation sent", extra={"booking_id": booking.id})
