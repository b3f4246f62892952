"""One answer for all who ask at the same time, in bounded time, and nothing is cancelled for it."""

import asyncio
import time

import pytest
from opentelemetry import context
from opentelemetry.context import _SUPPRESS_INSTRUMENTATION_KEY

from travel_crm.probing import Probe

pytestmark = pytest.mark.anyio


class Dependency:
    """Answers when it is told to, and takes down what happens to those who ask it."""

    def __init__(self) -> None:
        self.asked = 0
        self.cancelled = False
        self.traced = False
        self.let_go = asyncio.Event()

    async def ask(self) -> None:
        """Wait for the word."""
        self.asked += 1
        self.traced = not context.get_value(_SUPPRESS_INSTRUMENTATION_KEY)
        try:
            await self.let_go.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise


async def test_a_hundred_ask_once() -> None:
    """They all have the answer after a second, and it makes no span under any of their traces."""
    dependency = Dependency()
    probe = Probe(dependency.ask)
    began = time.monotonic()

    assert not any(await asyncio.gather(*(probe.answers() for _ in range(100))))

    assert 0.9 < time.monotonic() - began < 8
    assert (dependency.asked, dependency.traced) == (1, False)


async def test_what_takes_too_long_is_left_to_end_by_itself() -> None:
    """Whoever asks meanwhile waits for it; after its end the next one asks anew."""
    dependency = Dependency()
    probe = Probe(dependency.ask)

    first = await probe.answers()
    second = asyncio.create_task(probe.answers())
    await asyncio.sleep(0)
    dependency.let_go.set()

    assert (first, await second) == (False, True)
    assert (dependency.asked, dependency.cancelled) == (1, False)
    assert await probe.answers()
    assert dependency.asked == 2


async def test_one_who_goes_away_takes_nobody_along() -> None:
    """A caller that is cancelled leaves the question to the others."""
    dependency = Dependency()
    probe = Probe(dependency.ask)
    impatient, patient = (asyncio.create_task(probe.answers()) for _ in range(2))
    await asyncio.sleep(0)

    impatient.cancel()
    await asyncio.wait([impatient])
    dependency.let_go.set()

    assert await patient
    assert not dependency.cancelled
