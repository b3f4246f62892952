"""A Redis that can be done without: one that does not answer is left alone for some seconds.

Otherwise each reader would wait for it anew, for as long as the outage lasts, and each would be a warning.
"""

import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError

SECONDS_LEFT_ALONE = 5.0

_logger = logging.getLogger(__name__)
_Result = TypeVar("_Result")


class SparingRedis:
    """Sends commands whose outcome nobody depends on: one that fails has no result, and raises nothing."""

    def __init__(self, redis: Redis, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._clock = clock
        self._ask_again_at: float | None = None

    async def ask(self, command: Callable[[Redis], Awaitable[_Result]]) -> _Result | None:
        """Return the result, or None where Redis does not answer or did not five seconds ago.

        After these seconds the next one asks, and the others go on without until it has the answer.
        """
        if self._ask_again_at is not None:
            if self._clock() < self._ask_again_at:
                return None
            self._ask_again_at = self._clock() + SECONDS_LEFT_ALONE
        return await self.insist(command)

    async def insist(self, command: Callable[[Redis], Awaitable[_Result]]) -> _Result | None:
        """Do the same without sparing Redis."""
        try:
            result = await command(self._redis)
        except ResponseError as error:
            # An answer, if not the one that was wanted: out of memory, read only, of another type.
            self._answers()
            _logger.debug("cache refused a command: %s", type(error).__name__)
            return None
        except RedisError as error:
            self._does_not_answer(error)
            return None
        self._answers()
        return result

    def _does_not_answer(self, error: RedisError) -> None:
        if self._ask_again_at is None:
            reason = type(error).__name__
            _logger.warning("cache unavailable, going on without it", extra={"reason": reason})
        self._ask_again_at = self._clock() + SECONDS_LEFT_ALONE

    def _answers(self) -> None:
        if self._ask_again_at is not None:
            _logger.info("cache available again")
        self._ask_again_at = None
