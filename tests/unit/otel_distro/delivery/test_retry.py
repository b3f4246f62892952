"""When a sender may try again."""

import pytest

from otel_distro.delivery.retry import INITIAL, LONGEST, LONGEST_SILENT, Backoff


def test_waits_longer_after_each_failure_up_to_a_limit() -> None:
    """The back-off grows exponentially, with jitter, and stays within five seconds and a fifth."""
    backoff = Backoff()
    waits: list[float] = []

    for _ in range(8):
        backoff.failed(100.0, 100.0, None)
        waits.append(backoff.not_before - 100.0)

    assert INITIAL * 0.8 <= waits[0] <= INITIAL * 1.2
    assert waits[0] < waits[2] < waits[4]
    assert all(LONGEST * 0.8 <= wait <= LONGEST * 1.2 for wait in waits[5:])
    assert len(set(waits[5:])) > 1


def test_never_earlier_than_the_server_asks() -> None:
    """Reliability row 4: a server that asks for 120 seconds is left alone for 120 seconds."""
    backoff = Backoff()

    for _ in range(50):
        backoff.failed(10.0, 10.0, 120.0)
        assert 130.0 <= backoff.not_before <= 142.0


def test_a_long_attempt_has_waited_already() -> None:
    """After an attempt of ten seconds the next one follows soon: a server's return is not missed."""
    backoff = Backoff()

    for _ in range(6):
        backoff.failed(100.0, 110.0, None)

    assert backoff.not_before == pytest.approx(110.4)


def test_begins_anew_after_a_success() -> None:
    """A later failure is not punished for an earlier one."""
    backoff = Backoff()
    for _ in range(6):
        backoff.failed(0.0, 0.0, None)

    backoff.succeeded()
    backoff.failed(0.0, 0.0, None)

    assert backoff.not_before <= INITIAL * 1.2


def test_what_may_have_arrived_is_sent_again_once_without_a_pause() -> None:
    """Reliability row 1: a server that is back gets it as soon as it answers anything."""
    backoff = Backoff()

    backoff.failed(100.0, 110.0, None)
    backoff.unanswered(110.0)

    assert backoff.not_before == pytest.approx(110.4)


def test_then_the_pauses_grow() -> None:
    """A server that answers, but never to what is sent, may be taking a copy each time."""
    backoff = Backoff()
    pauses: list[float] = []
    for _ in range(2000):
        backoff.failed(100.0, 110.0, None)
        backoff.unanswered(110.0)
        pauses.append(backoff.not_before - 110.0)
        backoff.retry_now()

    assert pauses[1:4] == [10.0, 20.0, 40.0]
    assert pauses[-1] == LONGEST_SILENT

    backoff.succeeded()
    backoff.failed(100.0, 110.0, None)
    backoff.unanswered(110.0)

    assert backoff.not_before == pytest.approx(110.4)
