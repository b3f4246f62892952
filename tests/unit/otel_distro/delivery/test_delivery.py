"""What is delivered, refused, split and counted, with a transport that does what the tests say."""

import time

import pytest

from otel_distro.delivery.outcome import Delivered, Outcome, Partial, Permanent, Retryable, TooLarge
from tests.unit.otel_distro.delivery.conftest import Encoded, Start, names_in, spans, until
from tests.unit.otel_distro.delivery.scripted_transport import Hanging


def test_what_is_submitted_is_delivered(start: Start) -> None:
    """The account says so."""
    delivery, transport = start()

    assert delivery.submit("traces", spans("a", "b"))

    assert delivery.force_flush(5)
    assert names_in(b"".join(transport.payloads)) == ["a", "b"]
    assert delivery.account.of("traces").delivered == 2


def test_a_server_that_asks_for_time_gets_it(start: Start) -> None:
    """Reliability row 4: nothing is sent earlier, and the batch is kept."""
    answers: list[Outcome] = [Retryable("http_429", "HTTP 429", delay=1.0), Delivered()]
    delivery, transport = start(lambda _: answers.pop(0) if len(answers) > 1 else answers[0])

    delivery.submit("traces", spans("a"))
    time.sleep(0.3)
    delivery.submit("traces", spans("b"))

    assert until(lambda: delivery.account.of("traces").delivered == 2)
    first, second, *_ = [at for at, _ in transport.sent]
    assert second - first >= 1.0


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

    assert delivery.force_flush(30)
    assert max(len(names_in(payload)) for payload in transport.payloads) > 512
