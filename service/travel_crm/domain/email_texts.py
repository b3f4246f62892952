"""What the e-mails say."""

from travel_crm.domain.bookings import Booking
from travel_crm.domain.customers import Customer
from travel_crm.domain.emails import Email, EmailKind, Recipient
from travel_crm.domain.payments import Payment
from travel_crm.domain.travel_queries import TravelQuery


def compose_booking_confirmation(booking: Booking, customer: Customer) -> Email:
    """Return the e-mail that tells a customer what was booked."""
    return Email(
        kind=EmailKind.BOOKING_CONFIRMATION,
        reference=f"booking-confirmation-{booking.id}",
        recipient=Recipient(customer.name, customer.email),
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


def compose_payment_receipt(payment: Payment, booking: Booking, customer: Customer) -> Email:
    """Return the e-mail that tells a customer what was paid."""
    return Email(
        kind=EmailKind.PAYMENT_RECEIPT,
        reference=f"payment-receipt-{payment.id}",
        recipient=Recipient(customer.name, customer.email),
        subject=f"Your payment: {payment.price}",
        text=(
            f"Dear {customer.name},\n\n"
            f"we have received {payment.price} for {booking.destination}.\n\n"
            f"Payment: {payment.id}\n"
            f"Booking: {booking.id}\n\n"
            "Travel CRM\n"
        ),
    )


def compose_escalation(
    travel_query: TravelQuery, *, severity: str, escalation: str, recipient: Recipient
) -> Email:
    """Return the e-mail that tells the agency which customer is still waiting."""
    return Email(
        kind=EmailKind.SLA_ESCALATION,
        reference=f"sla-escalation-{travel_query.id}-{escalation}",
        recipient=recipient,
        subject=f"Late answer ({severity}): {travel_query.destination}",
        text=(
            f"A travel query of priority {severity} has had no first answer in time.\n\n"
            f"Travel query: {travel_query.id}\n"
            f"Customer:     {travel_query.customer_id}\n"
            f"Destination:  {travel_query.destination}\n"
            f"Asked:        {travel_query.created_at.isoformat(timespec='seconds')}\n\n"
            "Travel CRM\n"
        ),
    )
