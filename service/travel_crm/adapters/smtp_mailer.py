"""E-mail over SMTP, each message one CLIENT span.

The message's id comes from what it is about, so a message that is sent twice can be told. Addresses stay out
of spans. https://aiosmtplib.readthedocs.io/
"""

from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import formatdate

import aiosmtplib
from opentelemetry import propagate, trace
from opentelemetry.propagators.textmap import Setter
from opentelemetry.trace import SpanKind

from travel_crm.adapters.spans import operation_span
from travel_crm.domain.emails import Email
from travel_crm.domain.errors import MailDeferredError, MailRejectedError, MailUnavailableError
from travel_crm.settings import SmtpSettings

_SECONDS_TO_ANSWER = 10.0
_FOR_GOOD = 500
# After its greeting: before it, aiosmtplib raises errors of their own for all of these.
_CUT_OFF = (aiosmtplib.SMTPServerDisconnected, aiosmtplib.SMTPReadTimeoutError)

_tracer = trace.get_tracer("travel_crm.mail")


class _TraceHeaders(Setter[EmailMessage]):
    """Writes the W3C's `traceparent`; baggage stays in the house."""

    def set(self, carrier: EmailMessage, key: str, value: str) -> None:
        if key in ("traceparent", "tracestate"):
            carrier[key] = value


_HEADERS = _TraceHeaders()


class SmtpMailer:
    """Sends e-mails through one mail server, a connection each."""

    def __init__(self, server: SmtpSettings, sender: str) -> None:
        self._server = server
        self._sender = sender

    async def send(self, email: Email) -> None:
        """Send the message; raise as the port says when it was not taken."""
        attributes = {
            "server.address": self._server.host,
            "server.port": self._server.port,
            "network.protocol.name": "smtp",
            "network.transport": "tcp",
        }
        with operation_span(_tracer, "SMTP send", SpanKind.CLIENT, attributes):
            await self._hand_over(self._written(email))

    def _written(self, email: Email) -> EmailMessage:
        try:
            return self._composed(email)
        except (ValueError, MessageError) as error:
            # What it says may quote the name or the address.
            raise MailRejectedError(f"the message cannot be written: {type(error).__name__}") from None

    def _composed(self, email: Email) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = Address(email.recipient.name, addr_spec=email.recipient.address)
        message["Subject"] = email.subject
        message["Date"] = formatdate()
        message["Message-ID"] = f"<{email.reference}@travel-crm>"
        span_context = trace.get_current_span().get_span_context()
        if span_context.is_valid:
            message["X-Trace-ID"] = trace.format_trace_id(span_context.trace_id)
            propagate.inject(message, setter=_HEADERS)
        message.set_content(email.text)
        return message

    async def _hand_over(self, message: EmailMessage) -> None:
        try:
            await aiosmtplib.send(
                message,
                hostname=self._server.host,
                port=self._server.port,
                username=self._server.username,
                password=self._server.password,
                use_tls=self._server.tls,
                timeout=_SECONDS_TO_ANSWER,
            )
        except aiosmtplib.SMTPException as error:
            raise _translated(error) from None


def _translated(error: aiosmtplib.SMTPException) -> Exception:
    """Return the domain's error: a 5xx answer about this message is for good, any other one is for now.

    A server that greets and then falls silent or hangs up may do so because of this message; where it does
    not even greet, or refuses whatever comes, another message would not have been taken either.

    The server's own text stays out of it and of every log, since it may quote an address.
    """
    codes = _codes_about_the_message(error)
    shown = " ".join([type(error).__name__, *map(str, codes)])
    if isinstance(error, _CUT_OFF):
        return MailDeferredError(f"the mail server did not take the message: {shown}")
    if not codes:
        return MailUnavailableError(f"the mail server takes no messages: {shown}")
    if min(codes) >= _FOR_GOOD:
        return MailRejectedError(f"the mail server refused the message: {shown}")
    return MailDeferredError(f"the mail server did not take the message: {shown}")


def _codes_about_the_message(error: aiosmtplib.SMTPException) -> list[int]:
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return [refused.code for refused in error.recipients]
    if isinstance(error, (aiosmtplib.SMTPSenderRefused, aiosmtplib.SMTPDataError)):
        return [error.code]
    return []
