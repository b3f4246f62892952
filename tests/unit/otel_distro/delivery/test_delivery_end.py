"""Nobody waits for a server that hangs: no caller, no flush, and no exit longer than it is given."""

import time

from otel_distro.delivery.outcome import Delivered, Retryable
from tests.unit.otel_distro.delivery.conftest import LONG, Start, spans, until
from tests.unit.otel_distro.delivery.scripted_transport import Hanging

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
