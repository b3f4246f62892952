"""Asks whether something that the service depends on answers.

Used by the readiness page for one answer, and by `dependency_watch` for the answer over time.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from travel_crm.adapters.untraced import untraced

SECONDS_FOR_A_PROBE = 1.0

_logger = logging.getLogger(__name__)


class Probe:
    """Asks one dependency; whoever wants to know while it is being asked waits for the same answer.

    It is never cancelled: PyMongo does not survive that on Python 3.11 (see `adapters.unbroken`). So what it
    asks has to come to an end by itself; until then the dependency is not asked again.
    """

    def __init__(self, ask: Callable[[], Awaitable[None]]) -> None:
        """Bind it to what returns where the dependency answers, and raises where it does not."""
        self._ask = ask
        self._asking: asyncio.Task[bool] | None = None

    async def answers(self) -> bool:
        """Tell whether the dependency answers within `SECONDS_FOR_A_PROBE`; it makes no spans."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._succeeds())
        asking = self._asking
        await asyncio.wait([asking], timeout=SECONDS_FOR_A_PROBE)
        return asking.done() and asking.result()

    async def _succeeds(self) -> bool:
        try:
            with untraced():
                await self._ask()
        except Exception as error:  # noqa: BLE001 - a probe that fails in whatever way is a probe that fails
            _logger.debug("probe failed: %s", type(error).__name__)
            return False
        return True
