"""Since when a signal does not arrive, as attempts show it."""

import pytest

from otel_distro.delivery.health import LONGEST_SILENCE, Health


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Put a clock of the test's own in the place of the real one."""
    clock = Clock()
    monkeypatch.setattr("otel_distro.delivery.health.monotonic", clock)
    return clock


def test_an_attempt_that_lasts_counts_before_it_ends(clock: Clock) -> None:
    """Reliability row 3: a black hole is a failure since the request left, not since its timeout."""
    health = Health()
    with health.attempt():
        clock.now += LONGEST_SILENCE
        health.look()

        assert health.failing_for == LONGEST_SILENCE
        assert health.last_failure
        assert health.last_failure.message == "no answer yet"


def test_an_attempt_that_is_answered_late_is_no_failure_any_more(clock: Clock) -> None:
    """A slow server that takes everything is said to work again."""
    health = Health()
    with health.attempt():
        clock.now += LONGEST_SILENCE
        health.look()
    health.delivered()

    clock.now += LONGEST_SILENCE
    health.look()

    assert health.failing_for is None


def test_a_short_attempt_is_none(clock: Clock) -> None:
    """A server may take some seconds."""
    health = Health()
    with health.attempt():
        clock.now += LONGEST_SILENCE - 1
        health.look()

    assert health.failing_for is None
    assert health.last_failure is None


def test_a_failed_attempt_counts_from_its_beginning(clock: Clock) -> None:
    """Nothing has arrived since then; later attempts do not begin anew."""
    health = Health()
    clock.now += 5
    health.failed("timeout", "no answer in time", clock.now - 5)
    clock.now += 1
    health.failed("timeout", "no answer in time", clock.now - 1)

    assert health.failing_for == 6
