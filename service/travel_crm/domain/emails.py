"""E-mails: what each of them is; what they say is `domain.email_texts`, how they are sent the mailer's."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class EmailKind(StrEnum):
    """What an e-mail is about."""

    BOOKING_CONFIRMATION = "booking_confirmation"
    PAYMENT_RECEIPT = "payment_receipt"
    SLA_ESCALATION = "sla_escalation"


@dataclass(frozen=True)
class Recipient:
    """Who an e-mail is for."""

    name: str
    address: str


@dataclass(frozen=True)
class Email:
    """A message to one person. `reference` is the same whenever the same message is sent again."""

    kind: EmailKind
    reference: str
    recipient: Recipient
    subject: str
    text: str


class Mailer(Protocol):
    """Sends e-mails."""

    async def send(self, email: Email) -> None:
        """Hand the message to the mail server.

        Raises `MailRejectedError` when it was refused for good, `MailDeferredError` when it was refused for
        now, `MailUnavailableError` when the server takes no message at all.
        """
        ...
