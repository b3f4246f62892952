"""The spans that the service makes itself, and the trace that goes through the queue with a job."""

from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry.instrumentation.redis import RedisInstrumentor
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode, format_span_id, format_trace_id
from redis.asyncio import Redis

from tests.integration.travel_crm.conftest import Mailbox
from travel_crm.adapters import job_spans, smtp_mailer
from travel_crm.adapters.redis_client import create_redis_client
from travel_crm.adapters.redis_job_keys import JobKeys
from travel_crm.adapters.redis_job_queue import RedisJobQueue
from travel_crm.adapters.redis_job_source import RedisJobSource
from travel_crm.adapters.redis_job_upkeep import RedisJobUpkeep
from travel_crm.domain.emails import Email, EmailKind, Recipient
from travel_crm.domain.errors import MailUnavailableError, UnavailableError
from travel_crm.domain.fields import new_identifier
from travel_crm.domain.jobs import JobKind, TakenJob
from travel_crm.settings import SmtpSettings

pytestmark = pytest.mark.anyio

KEYS = JobKeys("emails")
TENANT = "a" * 32


class Recording:
    """A tracer provider of the test's own, and the spans that ended."""

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self.provider = TracerProvider()
        self.provider.add_span_processor(SimpleSpanProcessor(self._exporter))
        self.tracer = self.provider.get_tracer("test")

    @property
    def spans(self) -> dict[str, Any]:
        """The spans by name."""
        return {span.name: span for span in self._exporter.get_finished_spans()}

    def span(self, name: str) -> Any:
        """Return the one span of a name."""
        (found,) = [span for span in self._exporter.get_finished_spans() if span.name == name]
        return found


@pytest.fixture
def recording(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recording]:
    """Record the service's spans and those of contrib's instrumentation of Redis."""
    recording = Recording()
    monkeypatch.setattr(job_spans, "_tracer", recording.tracer)
    monkeypatch.setattr(smtp_mailer, "_tracer", recording.tracer)
    monkeypatch.setattr(RedisInstrumentor, "_instance", None)
    instrumentor = RedisInstrumentor()
    instrumentor.instrument(tracer_provider=recording.provider)
    yield recording
    instrumentor.uninstrument()


def source(redis: Redis) -> RedisJobSource:
    """Return the taking side of the queue."""
    return RedisJobSource(redis, KEYS, "one", RedisJobUpkeep(redis, KEYS, "one"))


async def taken_from(redis: Redis) -> TakenJob:
    """Take a job that is there."""
    taken = await source(redis).take()
    assert taken is not None
    return taken


async def test_the_trace_goes_through_the_queue(redis: Redis, recording: Recording) -> None:
    """PRODUCER under the request, CONSUMER under the PRODUCER and linked to it, commands under each."""
    with recording.tracer.start_as_current_span("request") as request:
        await RedisJobQueue(redis, KEYS, TENANT).enqueue(JobKind.BOOKING_CONFIRMATION, {"booking_id": "b"})
    taken = await taken_from(redis)
    with source(redis).processing(taken):
        await source(redis).acknowledge(taken)

    send, process = recording.span("send emails"), recording.span("process emails")
    assert (send.kind, process.kind) == (SpanKind.PRODUCER, SpanKind.CONSUMER)
    assert send.parent.span_id == request.get_span_context().span_id
    assert process.parent.span_id == send.context.span_id
    assert [link.context for link in process.links] == [process.parent]
    assert process.context.trace_id == request.get_span_context().trace_id
    assert recording.span("LPUSH").parent.span_id == send.context.span_id
    assert process.context.span_id in {
        span.parent.span_id for span in recording.spans.values() if span.kind is SpanKind.CLIENT
    }


async def test_what_the_spans_of_the_queue_say(redis: Redis, recording: Recording) -> None:
    """The messaging conventions' attributes, and which attempt it is; the job's headers are W3C's."""
    await RedisJobQueue(redis, KEYS, TENANT).enqueue(JobKind.BOOKING_CONFIRMATION, {"booking_id": "b"})
    taken = await taken_from(redis)
    with source(redis).processing(taken):
        pass

    send, process = recording.span("send emails"), recording.span("process emails")
    shared = {
        "messaging.system": "redis",
        "messaging.destination.name": "emails",
        "messaging.message.id": taken.job.id,
        "travel_crm.job.kind": "booking_confirmation",
    }
    assert dict(send.attributes) == shared | {
        "messaging.operation.name": "send",
        "messaging.operation.type": "send",
    }
    assert dict(process.attributes) == shared | {
        "messaging.operation.name": "process",
        "messaging.operation.type": "process",
        "travel_crm.job.attempt": 1,
        "tenant.id": TENANT,
    }
    assert taken.job.headers["traceparent"].startswith(f"00-{format_trace_id(send.context.trace_id)}-")


async def test_a_job_without_a_trace_begins_one(redis: Redis, recording: Recording) -> None:
    """A process that is not watched can enqueue too; headers that make no sense are no trace."""
    job = '{"id": "1", "tenant_id": "t", "kind": "k", "payload": {}, "headers": {"traceparent": "nonsense"}}'
    await redis.execute_command("LPUSH", KEYS.ready, job)

    with (
        recording.tracer.start_as_current_span("something else"),
        source(redis).processing(await taken_from(redis)),
    ):
        pass

    process = recording.span("process emails")
    assert process.parent is None
    assert not process.links


async def test_an_idle_worker_makes_no_spans(redis: Redis, recording: Recording) -> None:
    """Polls, signs of life and rounds go unseen, or they would be most of what is seen."""
    upkeep = RedisJobUpkeep(redis, KEYS, "one")

    await source(redis).take()
    await upkeep.do_round()
    await upkeep.retire()
    nothing = dict(recording.spans)
    await redis.ping()

    assert nothing == {}
    assert recording.spans.keys() == {"PING"}


async def test_a_failed_attempt_is_an_error_once(redis: Redis, recording: Recording) -> None:
    """The span of an attempt that failed is an error although the worker goes on."""
    await RedisJobQueue(redis, KEYS, TENANT).enqueue(JobKind.BOOKING_CONFIRMATION, {})

    with source(redis).processing(await taken_from(redis)) as attempt:
        attempt.failed(MailUnavailableError("not now"))

    process = recording.span("process emails")
    assert process.status.status_code is StatusCode.ERROR
    assert process.attributes["error.type"] == "MailUnavailableError"
    assert [event.name for event in process.events] == ["exception"]


async def test_a_job_that_cannot_be_handed_over(free_port: int, recording: Recording) -> None:
    """The PRODUCER span is the error, with the exception once."""
    client = create_redis_client(f"redis://127.0.0.1:{free_port}/0", answer_within=1)

    with pytest.raises(UnavailableError):
        await RedisJobQueue(client, KEYS, TENANT).enqueue(JobKind.BOOKING_CONFIRMATION, {})

    send = recording.span("send emails")
    assert send.status.status_code is StatusCode.ERROR
    assert send.attributes["error.type"] == "UnavailableError"
    assert len(send.events) == 1
    await client.aclose()


async def test_the_mails_span_and_header(mailbox: Mailbox, recording: Recording) -> None:
    """A CLIENT span that says where to and not to whom; the message carries the trace's id."""
    address = f"{new_identifier()}@example.com"
    email = Email(
        EmailKind.BOOKING_CONFIRMATION,
        f"test-{new_identifier()}",
        Recipient("Ada", address),
        "Subject",
        "Text\n",
    )

    await smtp_mailer.SmtpMailer(
        SmtpSettings("127.0.0.1", mailbox.smtp_port, tls=False), "crm@example.com"
    ).send(email)

    span = recording.span("SMTP send")
    (arrived,) = mailbox.messages_to(address)
    assert span.kind is SpanKind.CLIENT
    assert dict(span.attributes) == {
        "server.address": "127.0.0.1",
        "server.port": mailbox.smtp_port,
        "network.protocol.name": "smtp",
        "network.transport": "tcp",
    }
    headers, trace_id = mailbox.headers(arrived["ID"]), format_trace_id(span.context.trace_id)
    assert headers["X-Trace-Id"] == [trace_id]
    (traceparent,) = headers["Traceparent"]
    assert traceparent.startswith(f"00-{trace_id}-{format_span_id(span.context.span_id)}-")


async def test_a_mail_that_is_not_taken(free_port: int, recording: Recording) -> None:
    """The CLIENT span is an error, and holds no address."""
    email = Email(
        EmailKind.BOOKING_CONFIRMATION, "test", Recipient("Ada", "ada@example.com"), "Subject", "Text\n"
    )
    mailer = smtp_mailer.SmtpMailer(SmtpSettings("127.0.0.1", free_port, tls=False), "crm@example.com")

    with pytest.raises(MailUnavailableError):
        await mailer.send(email)

    span = recording.span("SMTP send")
    assert span.status.status_code is StatusCode.ERROR
    assert span.attributes["error.type"] == "MailUnavailableError"
    assert "ada@" not in span.to_json()
