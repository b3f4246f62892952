"""What goes to disk while it cannot be delivered, and comes back from there."""

import time
from pathlib import Path

from otel_distro.delivery.outcome import Delivered, Outcome, Retryable
from tests.unit.otel_distro.delivery.conftest import Start, names_in, spans, until
from tests.unit.otel_distro.delivery.scripted_transport import Hanging

REFUSED = Retryable("connection", "connection refused")
UNANSWERED = Retryable("timeout", "no answer in time", unknown=True)


def segments(tmp_path: Path) -> list[Path]:
    """Return the segment files."""
    return list(tmp_path.rglob("*.segment"))


def test_a_refused_batch_is_on_disk_soon(start: Start, tmp_path: Path) -> None:
    """Reliability row 7: a process that is killed then loses nothing older."""
    delivery, _ = start(lambda _: REFUSED)

    delivery.submit("traces", spans("a"))

    assert until(lambda: delivery.account.of("traces").spooled == 1)
    assert segments(tmp_path)


def test_a_batch_in_flight_is_on_disk_soon(start: Start, tmp_path: Path) -> None:
    """A server that does not answer is an outage too; its answer settles the copy on disk."""
    hanging = Hanging(Delivered())
    delivery, transport = start(hanging)

    delivery.submit("traces", spans("in flight"))
    assert until(lambda: bool(transport.sent))
    delivery.submit("traces", spans("behind"))

    assert until(lambda: delivery.account.of("traces").spooled == 2)
    hanging.released.set()
    assert delivery.force_flush(5)
    assert delivery.account.of("traces").delivered == 2
    assert [names_in(payload) for payload in transport.payloads] == [["in flight"], ["behind"]]
    assert until(lambda: not segments(tmp_path))


def test_after_an_outage_everything_arrives_once(start: Start) -> None:
    """Reliability row 1, in small: what went to disk is sent when the server is back."""
    answers: list[Outcome] = [REFUSED]
    delivery, transport = start(lambda _: answers[0])
    for number in range(20):
        delivery.submit("traces", spans(f"outage {number}"))
    assert until(lambda: delivery.account.of("traces").spooled == 20)
    refused = len(transport.payloads)

    answers[0] = Delivered()
    delivery.submit("traces", spans("afterwards"))

    assert until(lambda: delivery.account.of("traces").delivered == 21)
    arrived = names_in(b"".join(transport.payloads[refused:]))
    assert sorted(arrived) == sorted([*(f"outage {number}" for number in range(20)), "afterwards"])


def test_without_an_answer_only_a_probe_is_sent_again(start: Start) -> None:
    """A request that may have arrived is sent a second time only when the server answers again."""
    answers: list[Outcome] = [UNANSWERED]
    delivery, transport = start(lambda _: answers[0])
    delivery.submit("traces", spans("a"))

    assert until(lambda: len(transport.sent) >= 3)
    assert len(transport.payloads) == 1
    answers[0] = Delivered()

    assert until(lambda: delivery.account.of("traces").delivered == 1)
    assert len(transport.payloads) == 2
    assert delivery.account.of("traces").unknown == 1


def test_a_full_spool_leaves_the_rest_in_memory(start: Start) -> None:
    """Disk and memory together are the bound."""
    delivery, _ = start(lambda _: REFUSED, spool_bytes=2000, queue_bytes=1000)

    for _ in range(200):
        delivery.submit("traces", spans("x" * 40))
        time.sleep(0.002)

    assert until(lambda: delivery.account.of("traces").spooled > 20)
    account = delivery.account.of("traces")
    assert account.queued
    assert account.dropped["buffer_full"]
    assert account.balanced


def test_the_next_process_sends_what_this_one_left(start: Start) -> None:
    """Oldest first, each once; it asks first whether the server answers."""
    delivery, _ = start(lambda _: REFUSED)
    delivery.submit("traces", spans("a"))
    delivery.submit("traces", spans("b"))
    delivery.shutdown()

    heir, transport = start()

    assert until(lambda: heir.account.of("traces").delivered == 2)
    assert heir.account.of("traces").recovered == 2
    assert names_in(b"".join(transport.payloads)) == ["a", "b"]
    assert transport.sent[0][1] == b""


def test_a_running_process_takes_over(start: Start) -> None:
    """A worker may be killed while the others go on."""
    heir, _ = start()
    delivery, _ = start(lambda _: REFUSED)
    delivery.submit("traces", spans("a"))
    delivery.shutdown()

    assert until(lambda: heir.account.of("traces").delivered == 1)


def test_the_spool_is_replayed_at_a_bounded_rate(start: Start) -> None:
    """A Collector that is back is not flooded, and new telemetry does not wait behind the old."""
    answers: list[Outcome] = [REFUSED]
    delivery, transport = start(lambda _: answers[0], replay_bytes_per_second=50_000, request_bytes=20_000)
    for number in range(200):
        delivery.submit("traces", spans(f"{number:03}" + "x" * 1000))
    assert until(lambda: delivery.account.of("traces").spooled == 200)
    refused = len(transport.sent)

    answers[0] = Delivered()
    assert until(lambda: delivery.account.of("traces").delivered > 0)
    delivery.submit("traces", spans("new"))

    assert until(lambda: delivery.account.of("traces").delivered == 201, 60)
    sent = [(at, payload) for at, payload in transport.sent[refused:] if payload]
    arrived = [names_in(payload) for _, payload in sent]
    assert sent[-1][0] - sent[0][0] > 2.0
    assert arrived.index(["new"]) < len(arrived) - 1
