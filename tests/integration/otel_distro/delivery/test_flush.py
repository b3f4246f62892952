"""`force_flush` ends in time and answers the truth. Trap Delivery 1."""

import pytest

from tests.integration.otel_distro.delivery.conftest import Start
from tests.integration.otel_distro.delivery.scripted_collector import (
    Behaviour,
    ScriptedCollector,
    black_hole,
    healthy,
    slow,
    status,
)

SIGNALS = ("traces", "logs", "metrics")


@pytest.mark.parametrize(
    ("behaviour", "milliseconds", "answer", "longest"),
    [
        pytest.param(healthy, 20_000, True, 20, id="healthy"),
        pytest.param(slow(1), 20_000, True, 20, id="slow, with time enough"),
        pytest.param(slow(8), 500, False, 5, id="slow, without"),
        pytest.param(black_hole, 500, False, 5, id="black hole"),
        pytest.param(status(503), 5000, False, 9, id="503"),
    ],
)
def test_a_flush_is_in_time_and_true(
    collector: ScriptedCollector,
    start: Start,
    behaviour: Behaviour,
    milliseconds: int,
    *,
    answer: bool,
    longest: float,
) -> None:
    """Upstream takes 10 s for a flush of one, and answers True though nothing arrived."""
    collector.behaviour = behaviour
    process = start(spans=200, logs=20, points=20, flush=milliseconds, waits=True)

    flushed = {signal: process.wait_for(f"flushed {signal}") for signal in SIGNALS}
    taken = {signal: len(collector.received.taken(signal)) for signal in SIGNALS}
    process.end()

    assert {signal: said["answer"] for signal, said in flushed.items()} == dict.fromkeys(SIGNALS, answer)
    assert all(said["seconds"] <= longest for said in flushed.values())
    if answer:
        assert (taken["traces"], taken["logs"]) == (200, 20)
