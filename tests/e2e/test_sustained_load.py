"""Two hundred requests a second for a minute, on one process of the API with everything on."""

import asyncio
from typing import Any

import psutil
import pytest

from stack.demo_key import demo_key
from stack.running import Stack
from stack.traffic.play import Play, play_traffic
from stack.traffic.tally import Tally

WARM_UP = Play(seconds=30, rate=200, failures=0)
MINUTE = Play(seconds=60, rate=200, failures=0)
# What a process of Python takes and gives back from moment to moment.
MEBIBYTES_OF_NOISE = 16


@pytest.mark.soak
def test_no_error_and_no_growth(full_stack: Any) -> None:
    """Every request is answered, none with 5xx, and memory stays where it was after the warm-up."""
    played(full_stack, WARM_UP)
    before = resident_mebibytes(full_stack)

    tally = played(full_stack, MINUTE)

    assert (tally.failed, tally.unanswered) == (0, 0)
    assert tally.sent > 0.9 * MINUTE.rate * MINUTE.seconds
    assert resident_mebibytes(full_stack) < before + MEBIBYTES_OF_NOISE


def played(stack: Stack, play: Play) -> Tally:
    """Play against the stack."""

    def say_nothing(seconds: float, so_far: Tally) -> None:
        """Leave the output to the test."""

    return asyncio.run(play_traffic(stack.addresses.api, demo_key(stack.settings), play, say_nothing))


def resident_mebibytes(stack: Stack) -> float:
    """Return the memory of the API's process."""
    (state,) = [one for one in stack.states() if one.name == "api"]
    return psutil.Process(state.pid).memory_info().rss / 2**20
