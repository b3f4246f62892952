"""E-mails over real SMTP, and what becomes of those that are not taken."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

import pytest

from tests.integration.travel_crm.conftest import Mailbox
from travel_crm.adapters.smtp_mailer import SmtpMailer
from travel_crm.domain.emails import Email, EmailKind, Recipient
from travel_crm.domain.errors import MailDeferredError, MailRejectedError, MailUnavailableError
from travel_crm.domain.fields import new_identifier
from travel_crm.settings import SmtpSettings

pytestmark = pytest.mark.anyio

HANGS_UP = ""
HOSTILE = 'Åsa, the "1st" <x@evil.example>'


def email(address: str, name: str = "Ada", subject: str = "Your booking: São Paulo") -> Email:
    """Return a message to an address."""
    return Email(
        EmailKind.BOOKING_CONFIRMATION,
        f"test-{new_identifier()}",
        Recipient(name, address),
        subject,
        "Olá,\nline two\n",
    )


def mailer(port: int) -> SmtpMailer:
    """Return a mailer to a server on this machine."""
    return SmtpMailer(SmtpSettings("127.0.0.1", port, tls=False), "Travel CRM <crm@example.com>")


@asynccontextmanager
async def server_answering(**answers: str) -> AsyncIterator[int]:
    """Run a mail server that says `250 ok` but for some commands; yield its port."""

    class Session(StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 test\r\n")
            while command := self.rfile.readline()[:4].decode().strip().upper():
                if answers.get(command) == HANGS_UP:
                    return
                usual = {"DATA": "354 go on", "QUIT": "221 bye"}.get(command, "250 ok")
                self.wfile.write(f"{answers.get(command, usual)}\r\n".encode())

    server = ThreadingTCPServer(("127.0.0.1", 0), Session)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server.server_address[1]
    # Beside the loop, which still has to close the client's ends that the sessions wait for.
    await asyncio.to_thread(server.shutdown)
    await asyncio.to_thread(server.server_close)
    thread.join()


@pytest.mark.parametrize("name", ["Ada", "Åsa Müller", "東京", 'Quote "Me", Comma', "a@b.example", HOSTILE])
async def test_a_message_arrives_as_it_was_meant(mailbox: Mailbox, name: str) -> None:
    """Whatever people are called, the address is theirs and the text is whole."""
    message = email(f"{new_identifier()}@example.com", name)

    await mailer(mailbox.smtp_port).send(message)

    (arrived,) = mailbox.messages_to(message.recipient.address)
    opened = mailbox.opened(arrived["ID"])
    assert arrived["To"] == [{"Name": name, "Address": message.recipient.address}]
    assert arrived["From"] == {"Name": "Travel CRM", "Address": "crm@example.com"}
    assert arrived["MessageID"] == f"{message.reference}@travel-crm"
    assert opened["Subject"] == message.subject
    assert opened["Text"].splitlines() == message.text.splitlines()


@pytest.mark.parametrize(
    "message",
    [email("ada@example.com", subject="Lis\u2029bon"), email("..a..@example.com"), email("a@b@c.co")],
)
async def test_a_message_that_cannot_be_written(free_port: int, message: Email) -> None:
    """Another try would not write it either, and no server is bothered with it."""
    with pytest.raises(MailRejectedError, match="cannot be written"):
        await mailer(free_port).send(message)


@pytest.mark.parametrize(
    "answers", [{"RCPT": "550 no such mailbox"}, {"MAIL": "553 not you"}, {"DATA": "554 not that"}]
)
async def test_a_message_that_is_refused_for_good(answers: dict[str, str]) -> None:
    """The server's own words are left out of the error: they may quote an address."""
    async with server_answering(**answers) as port:
        with pytest.raises(MailRejectedError, match="55") as raised:
            await mailer(port).send(email("ada@example.com"))

    assert "mailbox" not in str(raised.value)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"RCPT": "450 later"}, MailDeferredError),
        ({"DATA": "451 later"}, MailDeferredError),
        ({"DATA": HANGS_UP}, MailDeferredError),
        ({"EHLO": "554 no", "HELO": "554 no"}, MailUnavailableError),
    ],
)
async def test_a_message_that_another_try_may_bring_through(
    answers: dict[str, str], expected: type[Exception]
) -> None:
    """Temporary refusals of this message, and a server that does not do business at all."""
    async with server_answering(**answers) as port:
        with pytest.raises(expected):
            await mailer(port).send(email("ada@example.com"))


async def test_no_server(free_port: int) -> None:
    """A refused connection may be accepted next time."""
    with pytest.raises(MailUnavailableError, match="SMTPConnectError"):
        await mailer(free_port).send(email("ada@example.com"))
