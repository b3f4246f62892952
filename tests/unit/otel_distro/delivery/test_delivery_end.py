"""Nobody waits for a server that hangs: no caller, no flush, and no exit longer than it is given."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from opentelemetry.trace import SpanContext, TraceFlags

from otel_distro.delivery.outcome import Delivered, Retryable
from otel_distro.logs.export import DeliveryLogRecordProcessor
from otel_distro.trace.export import DeliverySpanProcessor
from tests.unit.otel_distro.delivery.conftest import LONG, Start, spans, until
from tests.unit.otel_distro.delivery.scripted_transport import Hanging

CONTEXT = SpanContext(1, 2, is_remote=False, trace_flags=TraceFlags(1))
REFUSED = Retryable("connection", "connection refused")


def test_submit_neither_waits_nor_sends(start: Start) -> None:
    """Reliability row 3: a server that does not answer costs the caller nothing."""
    delivery, _ = start(Hanging(Delivered()))
    delivery.submit("traces", spans("first"))
    began = time.monotonic()

    for number in range(200):
        delivery.submit("traces", spans(str(number)))

    assert time.monotonic() - began < LONG


def test_a_flush_does_not_wait_for_a_server_that_asked_for_time(start: Start) -> None:
    """Reliability row 4, at exit: the batch goes to disk at once."""
    delivery, transport = start(lambda _: Retryable("http_429", "HTTP 429", delay=120.0))
    delivery.submit("traces", spans("a"))
    began = time.monotonic()

    assert not delivery.force_flush(60)
    delivery.shutdown(60)

    assert time.monotonic() - began < LONG
    assert len(transport.sent) == 1
    assert delivery.account.of("traces").spooled == 1


def test_a_flush_ends_in_time(start: Start) -> None:
    """It takes as long as it is given, and says that it did not succeed."""
    delivery, _ = start(Hanging(Delivered()))
    delivery.submit("traces", spans("a"))
    began = time.monotonic()

    flushed = delivery.force_flush(0.5)

    assert not flushed
    assert 0.4 < time.monotonic() - began < LONG


def test_the_exit_waits_no_longer_than_its_deadline(start: Start) -> None:
    """Reliability row 3: whatever is in memory and in flight is on disk then."""
    delivery, transport = start(Hanging(Delivered()))
    delivery.submit("traces", spans("in flight"))
    assert until(lambda: bool(transport.sent))
    delivery.submit("traces", spans("behind"))
    began = time.monotonic()

    delivery.shutdown(1.0)

    assert time.monotonic() - began < LONG
    assert transport.aborted.is_set()
    account = delivery.account.of("traces")
    assert (account.spooled, account.unknown, account.lost) == (2, 1, 0)


def test_without_a_spool_the_exit_counts_what_is_lost(start: Start) -> None:
    """Nothing is lost unsaid."""
    delivery, _ = start(lambda _: REFUSED, spool_bytes=0)
    delivery.submit("traces", spans("a", "b"))

    delivery.shutdown()

    assert delivery.account.of("traces").dropped == {"shutdown": 2}


def test_after_the_exit_nothing_is_accepted(start: Start) -> None:
    """It is counted, and nothing is raised."""
    delivery, _ = start()
    delivery.shutdown()

    assert not delivery.submit("traces", spans("late"))
    assert delivery.account.of("traces").dropped == {"already_shutdown": 1}
    delivery.shutdown()


@dataclass(frozen=True)
class Record:
    """A span or log record, as far as a processor looks at it."""

    context: SpanContext = CONTEXT
    log_record: Any = None
    resource: Any = None
    instrumentation_scope: Any = None
    limits: Any = None


def test_all_that_ends_shares_one_deadline(start: Start) -> None:
    """Encoding takes a part of the time, not a time of its own; what is not encoded in it is counted."""

    def slowly(records: Sequence[Any]) -> Any:
        time.sleep(0.001 * len(records))
        return spans(*["x"] * len(records))

    delivery, _ = start(Hanging(Delivered()), shutdown_timeout=2.0)
    processors: Any = (
        DeliverySpanProcessor(delivery, slowly, lambda _: 0),
        DeliveryLogRecordProcessor(delivery, slowly, lambda _: 0),
    )
    for _ in range(4000):
        processors[0].on_end(Record())
        processors[1].on_emit(Record())
    began = time.monotonic()

    delivery.begin_shutdown()
    for processor in processors:
        processor.shutdown()
    delivery.shutdown()

    # Each with a time of its own, they took three times as long.
    assert time.monotonic() - began < 5.5
    for signal in ("traces", "logs"):
        account = delivery.account.of(signal)
        assert account.dropped["shutdown"] > 1000
        assert account.accepted == account.spooled + account.lost + account.queued == 4000
