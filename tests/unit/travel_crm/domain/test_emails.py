"""The e-mails: what they say, to whom, and when there is nothing to say."""

import pytest

from tests.unit.travel_crm.conftest import Crm
from tests.unit.travel_crm.fakes import TENANT, RecordingMailer
from travel_crm.domain.email_jobs import EmailJobs
from travel_crm.domain.emails import EmailKind, Recipient
from travel_crm.domain.fields import new_identifier
from travel_crm.domain.jobs import Job, JobKind
from travel_crm.domain.payments import NewPayment

pytestmark = pytest.mark.anyio

AGENCY = Recipient("Agency", "agency@example.com")


def jobs_of(crm: Crm, mailer: RecordingMailer) -> EmailJobs:
    """Return the handlers over what the tenants have."""
    return EmailJobs(lambda tenant_id: crm.tenancies[tenant_id].stores, mailer, AGENCY)


def job(kind: JobKind, tenant_id: str = TENANT, **payload: str) -> Job:
    """Return a job of a tenant."""
    return Job(tenant_id=tenant_id, kind=kind, payload=payload)


async def test_the_customer_is_told_what_was_booked(crm: Crm) -> None:
    """The same booking always makes the same message, so that a second one can be told."""
    mailer = RecordingMailer()
    booking = await crm.bookings.create(await crm.draft())
    confirm = job(JobKind.BOOKING_CONFIRMATION, booking_id=booking.id)

    await jobs_of(crm, mailer).confirm_booking(confirm)
    await jobs_of(crm, mailer).confirm_booking(confirm)

    first, second = mailer.sent
    assert first == second
    assert first.kind is EmailKind.BOOKING_CONFIRMATION
    assert first.recipient == Recipient("Ada Lovelace", "ada@example.com")
    assert first.subject == "Your booking: Lisbon, 2027-05-03"
    assert "1299.00 EUR" in first.text
    assert booking.id in first.reference


async def test_the_customer_is_told_what_was_paid(crm: Crm) -> None:
    """The receipt names payment and booking."""
    mailer = RecordingMailer()
    booking = await crm.bookings.create(await crm.draft())
    payment = await crm.payments.create(NewPayment(booking_id=booking.id, token="tok_approved"))

    await jobs_of(crm, mailer).send_receipt(job(JobKind.PAYMENT_RECEIPT, payment_id=payment.id))

    (email,) = mailer.sent
    assert (email.kind, email.subject) == (EmailKind.PAYMENT_RECEIPT, "Your payment: 1299.00 EUR")
    assert booking.id in email.text
    assert payment.id in email.reference


async def test_the_agency_is_told_who_is_waiting(crm: Crm) -> None:
    """Each escalation of a travel query is a message of its own."""
    mailer = RecordingMailer()
    query = await crm.travel_queries.create(await crm.query_draft())
    late = job(JobKind.SLA_ESCALATION, travel_query_id=query.id, severity="high", escalation="1")

    await jobs_of(crm, mailer).escalate(late)

    (email,) = mailer.sent
    assert (email.recipient, email.subject) == (AGENCY, "Late answer (high): Lisbon")
    assert email.reference == f"sla-escalation-{query.id}-1"


async def test_what_was_taken_back_is_not_confirmed(crm: Crm) -> None:
    """The job is done all the same: trying again would not bring it back."""
    mailer, unknown = RecordingMailer(), new_identifier()
    jobs = jobs_of(crm, mailer)

    await jobs.confirm_booking(job(JobKind.BOOKING_CONFIRMATION, booking_id=unknown))
    await jobs.send_receipt(job(JobKind.PAYMENT_RECEIPT, payment_id=unknown))
    await jobs.escalate(job(JobKind.SLA_ESCALATION, travel_query_id=unknown, severity="low", escalation="0"))

    assert not mailer.sent


async def test_a_job_reaches_what_its_tenant_has(crm: Crm) -> None:
    """The same identifier is nothing to another tenant."""
    mailer = RecordingMailer()
    booking = await crm.bookings.create(await crm.draft())

    await jobs_of(crm, mailer).confirm_booking(
        job(JobKind.BOOKING_CONFIRMATION, tenant_id="b" * 32, booking_id=booking.id)
    )

    assert not mailer.sent
