"""The jobs that send e-mails: each finds what its message is about, for the tenant that the job is of.

What is gone was taken back after its job was enqueued: nothing is sent, and trying again would not help.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from travel_crm.domain.email_texts import (
    compose_booking_confirmation,
    compose_escalation,
    compose_payment_receipt,
)
from travel_crm.domain.emails import Email, Mailer, Recipient
from travel_crm.domain.jobs import Job
from travel_crm.domain.stores import Stores

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class EmailJobs:
    """The handlers of the three kinds of e-mail; `agency` is who is told of late answers."""

    stores_of: Callable[[str], Stores]
    mailer: Mailer
    agency: Recipient

    async def confirm_booking(self, job: Job) -> None:
        """Send the confirmation of the booking that the job names."""
        stores = self.stores_of(job.tenant_id)
        booking = await stores.bookings.find(job.payload["booking_id"])
        customer = await stores.customers.find(booking.customer_id) if booking else None
        await self._send(
            compose_booking_confirmation(booking, customer) if booking and customer else None, job
        )

    async def send_receipt(self, job: Job) -> None:
        """Send the receipt of the payment that the job names."""
        stores = self.stores_of(job.tenant_id)
        payment = await stores.payments.find(job.payload["payment_id"])
        booking = await stores.bookings.find(payment.booking_id) if payment else None
        customer = await stores.customers.find(booking.customer_id) if booking else None
        email = (
            compose_payment_receipt(payment, booking, customer) if payment and booking and customer else None
        )
        await self._send(email, job)

    async def escalate(self, job: Job) -> None:
        """Tell the agency that a customer is still waiting."""
        stores = self.stores_of(job.tenant_id)
        travel_query = await stores.travel_queries.find(job.payload["travel_query_id"])
        email = (
            compose_escalation(
                travel_query,
                severity=job.payload["severity"],
                escalation=job.payload["escalation"],
                recipient=self.agency,
            )
            if travel_query
            else None
        )
        await self._send(email, job)

    async def _send(self, email: Email | None, job: Job) -> None:
        if email is None:
            _logger.warning("nothing to send an e-mail about", extra={"job_kind": job.kind, **job.payload})
            return
        await self.mailer.send(email)
        _logger.info("%s sent", email.kind.replace("_", " "), extra=job.payload)
