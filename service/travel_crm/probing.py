"""Asks whether something that the service depends on answers.

Used by the readiness page for one answer, and by `dependency_watch` for the answer over time.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

SECONDS_FOR_A_PROBE = 1.0

Probe = Callable[[], Awaitable[None]]
"""Returns where what it asks answers, and raises where it does not."""

_logger = logging.getLogger(__name__)


async def answers(probe: Probe) -> bool:
    """Tell whether the probe succeeds within `SECONDS_FOR_A_PROBE`."""
    try:
        async with asyncio.timeout(SECONDS_FOR_A_PROBE):
            await probe()
    except Exception as error:  # noqa: BLE001 - a probe that fails in whatever way is a probe that fails
        _logger.debug("probe failed: %s", type(error).__name__)
        return False
    return True
