"""Work that the worker does again and again, for as long as it lives."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from travel_crm.adapters.unbroken import unbroken
from travel_crm.domain.errors import UnavailableError

_logger = logging.getLogger(__name__)


async def repeat(work: Callable[[], Awaitable[None]], seconds: float) -> None:
    """Do the work until cancelled, with a pause of so many seconds; one that fails is done again.

    A store that is away is no surprise, anything else is logged as an error: it must not end the rounds.
    A cancellation waits for the end of the work in hand.
    """
    while True:
        try:
            await unbroken(work())
        except UnavailableError as error:
            _logger.debug("round not done: %s", error)
        except Exception:
            _logger.exception("round failed")
        await asyncio.sleep(seconds)
