"""Spreads requests evenly over time, whoever sends them."""

import asyncio


class Pace:
    """Lets so many requests a second go; what comes too early waits for its turn."""

    def __init__(self, rate: float) -> None:
        self._interval = 1 / rate
        self._next = 0.0

    async def turn(self) -> None:
        """Return when it is the caller's turn."""
        now = asyncio.get_running_loop().time()
        # No catching up: a service that was slow for a while is not hit by all of that at once.
        at = max(now, self._next)
        self._next = at + self._interval
        await asyncio.sleep(at - now)
