"""A mailer that counts what became of each attempt, around one that sends."""

from travel_crm.domain.counting import Count
from travel_crm.domain.emails import Email, Mailer


class CountedMailer:
    """Sends through another mailer and counts the outcome by the kind of e-mail."""

    def __init__(self, mailer: Mailer, count: Count) -> None:
        self._mailer = mailer
        self._count = count

    async def send(self, email: Email) -> None:
        """Send the message; what the mailer raises is counted as a failure and goes on."""
        try:
            await self._mailer.send(email)
        except Exception:
            self._count(status="failed", type=str(email.kind))
            raise
        self._count(status="sent", type=str(email.kind))
