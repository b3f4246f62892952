"""Delivery as a whole, with a transport that does what the tests say."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from otel_distro.delivery.delivery import Delivery
from otel_distro.delivery.outcome import Delivered, Outcome, Partial, Permanent, Retryable, TooLarge
from otel_distro.delivery.settings import DeliverySettings, Destination, Signal
from tests.unit.otel_distro.delivery.scripted_transport import Hanging, ScriptedTransport

REFUSED = Retryable("connection", "connection refused")
UNANSWERED = Retryable("timeout", "no answer in time", unknown=True)


@dataclass(frozen=True)
class Encoded:
    """What an encoder returns."""

    payload: bytes
    items: int
    replaced: int = 0
    dropped: int = 0


def spans(*names: str) -> Encoded:
    """Encode spans that have nothing but names."""
    return Encoded(_request(list(names)), len(names))


def names_in(payload: bytes) -> list[str]:
    """Return the names of the spans in a request."""
    groups = ExportTraceServiceRequest.FromString(payload).resource_spans
    return [span.name for group in groups for scope in group.scope_spans for span in scope.spans]


def halve(payload: bytes, _: Signal) -> list[bytes]:
    """Split a request in two."""
    names = names_in(payload)
    middle = len(names) // 2
    return [_request(names[:middle]), _request(names[middle:])] if middle else [payload]


def _request(names: list[str]) -> bytes:
    request = ExportTraceServiceRequest()
    scope = request.resource_spans.add().scope_spans.add()
    for name in names:
        scope.spans.add(name=name)
    return request.SerializeToString()


Start = Callable[..., tuple[Delivery, ScriptedTransport]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts delivery of spans; all are shut down at the end."""
    started: list[Delivery] = []

    def begin(answer: Any = None, **changes: Any) -> tuple[Delivery, ScriptedTransport]:
        transport = ScriptedTransport(answer) if answer else ScriptedTransport()
        settings = DeliverySettings(
            service_name="test",
            destinations={"traces": Destination("http://localhost:1/v1/traces")},
            spool_dir=tmp_path / "spool",
            warnings=False,
            **changes,
        )
        delivery = Delivery(settings, halve, transport.create)
        delivery.start()
        started.append(delivery)
        return delivery, transport

    yield begin
    for delivery in started:
        delivery.shutdown(0.5)


def until(condition: Callable[[], bool], seconds: float = 5) -> bool:
    """Wait until something holds; answer whether it did."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not condition():
        time.sleep(0.005)
    return condition()


def segments(tmp_path: Path) -> list[Path]:
    """Return the segment files."""
    return list(tmp_path.rglob("*.segment"))


def test_what_is_submitted_is_delivered(start: Start) -> None:
    """The account says so."""
    delivery, transport = start()

    assert delivery.submit("traces", spans("a", "b"))

    assert delivery.force_flush(5)
    assert names_in(b"".join(transport.payloads)) == ["a", "b"]
    assert delivery.account.of("traces").delivered == 2


def test_submit_neither_waits_nor_sends(start: Start) -> None:
    """Reliability row 3: a server that does not answer costs the caller nothing."""
    delivery, _ = start(Hanging(Delivered()))
    delivery.submit("traces", spans("first"))
    slowest = 0.0

    for number in range(200):
        began = time.perf_counter()
        delivery.submit("traces", spans(str(number)))
        slowest = max(slowest, time.perf_counter() - began)

    assert slowest < 0.1


def test_a_refused_batch_is_on_disk_within_a_second(start: Start, tmp_path: Path) -> None:
    """Reliability row 7: a process that is killed then loses nothing older."""
    delivery, _ = start(lambda _: REFUSED)

    delivery.submit("traces", spans("a"))

    assert until(lambda: delivery.account.of("traces").spooled == 1, 1.0)
    assert segments(tmp_path)


def test_a_batch_in_flight_is_on_disk_within_a_second(start: Start, tmp_path: Path) -> None:
    """A server that does not answer is an outage too; its answer settles the copy on disk."""
    hanging = Hanging(Delivered())
    delivery, transport = start(hanging)

    delivery.submit("traces", spans("in flight"))
    assert until(lambda: bool(transport.sent))
    delivery.submit("traces", spans("behind"))

    assert until(lambda: delivery.account.of("traces").spooled == 2, 1.0)
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

    assert until(lambda: delivery.account.of("traces").delivered == 21, 10)
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

    assert until(lambda: delivery.account.of("traces").delivered == 1, 10)
    assert len(transport.payloads) == 2
    assert delivery.account.of("traces").unknown == 1


def test_a_server_that_asks_for_time_gets_it(start: Start) -> None:
    """Reliability row 4: nothing is sent earlier, and the batch is kept."""
    answers: list[Outcome] = [Retryable("http_429", "HTTP 429", delay=1.0), Delivered()]
    delivery, transport = start(lambda _: answers.pop(0) if len(answers) > 1 else answers[0])

    delivery.submit("traces", spans("a"))
    time.sleep(0.3)
    delivery.submit("traces", spans("b"))

    assert until(lambda: delivery.account.of("traces").delivered == 2, 5)
    first, second, *_ = [at for at, _ in transport.sent]
    assert second - first >= 1.0


def test_a_flush_does_not_wait_for_a_server_that_asked_for_time(start: Start) -> None:
    """Reliability row 4, at exit: the batch goes to disk at once."""
    delivery, transport = start(lambda _: Retryable("http_429", "HTTP 429", delay=120.0))
    delivery.submit("traces", spans("a"))
    began = time.monotonic()

    assert not delivery.force_flush(10)
    delivery.shutdown(10)

    assert time.monotonic() - began < 2
    assert len(transport.sent) == 1
    assert delivery.account.of("traces").spooled == 1


def test_a_flush_ends_in_time(start: Start) -> None:
    """A flush of a second takes a second, and says that it did not succeed."""
    delivery, _ = start(Hanging(Delivered()))
    delivery.submit("traces", spans("a"))
    began = time.monotonic()

    flushed = delivery.force_flush(0.5)

    assert not flushed
    assert 0.4 < time.monotonic() - began < 1.0


@pytest.mark.parametrize(
    ("outcome", "dropped"),
    [
        (Permanent("http_401", "HTTP 401"), {"http_401": 3}),
        (Partial(2, "no room"), {"rejected": 2}),
        (Partial(99, "no room"), {"rejected": 3}),
    ],
)
def test_what_a_server_refuses_is_counted_by_reason(
    start: Start, outcome: Outcome, dropped: dict[str, int]
) -> None:
    """Reliability row 5: it is not sent again."""
    delivery, transport = start(lambda _: outcome)

    delivery.submit("traces", spans("a", "b", "c"))

    assert until(lambda: delivery.account.of("traces").queued == 0)
    account = delivery.account.of("traces")
    assert account.dropped == dropped
    assert account.delivered == 3 - account.lost
    assert len(transport.sent) == 1


def test_what_is_too_large_is_halved_until_it_passes(start: Start) -> None:
    """Reliability row 5: only a single record that is too large is lost."""

    def answer(payload: bytes) -> Outcome:
        names = names_in(payload)
        return TooLarge() if len(names) > 2 or "huge" in names else Delivered()

    delivery, _ = start(answer)

    delivery.submit("traces", spans("a", "b", "huge", "c", "d", "e", "f"))

    assert until(lambda: delivery.account.of("traces").delivered == 6)
    assert delivery.account.of("traces").dropped == {"too_large": 1}


def test_a_batch_beyond_the_bound_is_halved_before_it_is_sent(start: Start) -> None:
    """The specification asks clients to bound their requests."""
    delivery, transport = start(request_bytes=100)

    delivery.submit("traces", spans(*("x" * 20 for _ in range(16))))

    assert until(lambda: delivery.account.of("traces").delivered == 16)
    assert all(len(payload) <= 100 for payload in transport.payloads)


def test_what_finds_no_room_is_counted(start: Start) -> None:
    """Without a spool, memory is the bound; every record beyond it is in the account."""
    delivery, _ = start(Hanging(Delivered()), spool_bytes=0, queue_bytes=1000)

    taken = [delivery.submit("traces", spans("x" * 40)) for _ in range(100)]

    account = delivery.account.of("traces")
    assert account.accepted == 100
    assert account.dropped == {"buffer_full": taken.count(False)}
    assert account.balanced


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


def test_the_exit_waits_no_longer_than_its_deadline(start: Start) -> None:
    """Reliability row 3: whatever is in memory and in flight is on disk then."""
    delivery, transport = start(Hanging(Delivered()))
    delivery.submit("traces", spans("in flight"))
    assert until(lambda: bool(transport.sent))
    delivery.submit("traces", spans("behind"))
    began = time.monotonic()

    delivery.shutdown(1.0)

    assert time.monotonic() - began < 1.2
    assert transport.aborted.is_set()
    account = delivery.account.of("traces")
    assert (account.spooled, account.unknown, account.lost) == (2, 1, 0)


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


def test_a_running_process_takes_over_within_five_seconds(start: Start) -> None:
    """A worker may be killed while the others go on."""
    heir, _ = start()
    delivery, _ = start(lambda _: REFUSED)
    delivery.submit("traces", spans("a"))
    delivery.shutdown()

    assert until(lambda: heir.account.of("traces").delivered == 1, 5.0)


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


def test_a_signal_without_destination_is_counted(start: Start) -> None:
    """A mistake in wiring shows in the account."""
    delivery, _ = start()

    assert not delivery.submit("logs", Encoded(b"xx", 1))
    assert delivery.account.of("logs").dropped == {"not_exported": 1}


def test_what_the_encoder_dropped_is_counted(start: Start) -> None:
    """Records that could not be encoded, and values that were replaced."""
    delivery, _ = start()

    delivery.submit("traces", Encoded(spans("a").payload, 1, replaced=4, dropped=2))

    assert delivery.force_flush(5)
    account = delivery.account.of("traces")
    assert (account.accepted, account.delivered, account.replaced) == (3, 1, 4)
    assert account.dropped == {"unencodable": 2}


def test_a_slow_server_gets_larger_requests(start: Start) -> None:
    """One that takes seconds must not get fewer records than come in."""
    delivery, transport = start(lambda _: time.sleep(1.1) or Delivered())
    delivery.submit("traces", spans("first"))
    assert until(lambda: bool(transport.sent))
    for number in range(40):
        delivery.submit("traces", spans(*(f"{number} {n}" for n in range(64))))

    assert delivery.force_flush(10)
    assert max(len(names_in(payload)) for payload in transport.payloads) > 512


def test_the_spool_is_replayed_at_a_bounded_rate(start: Start) -> None:
    """A Collector that is back is not flooded, and new telemetry does not wait behind the old."""
    answers: list[Outcome] = [REFUSED]
    delivery, transport = start(lambda _: answers[0], replay_bytes_per_second=50_000, request_bytes=20_000)
    for number in range(200):
        delivery.submit("traces", spans(f"{number:03}" + "x" * 1000))
    assert until(lambda: delivery.account.of("traces").spooled == 200)
    refused = len(transport.sent)

    answers[0] = Delivered()
    assert until(lambda: delivery.account.of("traces").delivered > 0, 10)
    delivery.submit("traces", spans("new"))

    assert until(lambda: delivery.account.of("traces").delivered == 201, 20)
    sent = [(at, payload) for at, payload in transport.sent[refused:] if payload]
    arrived = [names_in(payload) for _, payload in sent]
    assert sent[-1][0] - sent[0][0] > 2.0
    assert arrived.index(["new"]) < len(arrived) - 1
