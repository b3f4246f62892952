"""What a sender sends next, over a transport that does what a test says."""

from otel_distro.delivery.outcome import Delivered, Outcome, Retryable, TooLarge
from tests.unit.otel_distro.delivery.conftest import Start, names_in, spans, until

UNANSWERED = Retryable("timeout", "no answer in time", unknown=True)


def test_a_server_that_answers_only_empty_requests_is_not_flooded(start: Start) -> None:
    """A request that got no answer twice waits longer and longer: each attempt may be another copy."""
    delivery, transport = start(lambda payload: UNANSWERED if payload else Delivered())
    delivery.submit("traces", spans("a"))
    assert until(lambda: len(transport.payloads) == 2)
    delivery.submit("traces", spans("b"))

    assert not until(lambda: len(transport.payloads) > 2, 3)
    account = delivery.account.of("traces")
    assert (account.unknown, account.queued + account.spooled) == (2, 2)


def test_a_fault_of_the_transport_costs_an_attempt(start: Start) -> None:
    """What it may raise without us, as where memory is short, leaves no request behind."""
    faults = [MemoryError()]

    def answer(_: bytes) -> Outcome:
        if faults:
            raise faults.pop()
        return Delivered()

    delivery, _ = start(answer)
    delivery.submit("traces", spans("a"))

    account = delivery.account.of
    assert until(lambda: account("traces").delivered == 1)
    assert account("traces").failed == {"internal": 1}


def test_after_a_while_of_refusals_for_size_requests_are_large_again(start: Start) -> None:
    """Reliability row 5: a gateway that took nothing for a while does not get single records for ever."""
    answers: list[Outcome] = [TooLarge()]
    delivery, transport = start(lambda _: answers[0])
    delivery.submit("traces", spans("a", "b", "c", "d"))
    assert until(lambda: delivery.account.of("traces").dropped == {"too_large": 4})

    answers[0] = Delivered()
    refused = len(transport.payloads)
    for number in range(1000):
        delivery.submit("traces", spans(str(number)))

    assert until(lambda: delivery.account.of("traces").delivered == 1000)
    assert max(len(names_in(payload)) for payload in transport.payloads[refused:]) > 4
