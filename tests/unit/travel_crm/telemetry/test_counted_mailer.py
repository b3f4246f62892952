"""Each attempt to send counts once, by its outcome."""

import pytest

from tests.unit.travel_crm.fakes import RecordingCount, RecordingMailer
from travel_crm.domain.emails import Email, EmailKind, Recipient
from travel_crm.domain.errors import MailUnavailableError
from travel_crm.telemetry.counted_mailer import CountedMailer

pytestmark = pytest.mark.anyio

EMAIL = Email(EmailKind.PAYMENT_RECEIPT, "r", Recipient("Ada", "ada@example.com"), "Subject", "Text")


async def test_outcomes_are_counted_by_kind() -> None:
    """What the mailer raised goes on to whoever has to deal with it."""
    count, mailer = RecordingCount(), RecordingMailer()
    counted = CountedMailer(mailer, count)

    await counted.send(EMAIL)
    mailer.reachable = False
    with pytest.raises(MailUnavailableError):
        await counted.send(EMAIL)

    assert mailer.sent == [EMAIL]
    assert count.counted == [
        {"status": "sent", "type": "payment_receipt"},
        {"status": "failed", "type": "payment_receipt"},
    ]
