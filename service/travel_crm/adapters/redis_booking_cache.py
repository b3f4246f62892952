"""The cache of bookings in Redis. It degrades, it never fails: an error is a warning and a miss.

One key a booking, and one hash for all parts of a tenant's list, so that a change drops them with a single
command. A tenant's keys begin with its identifier: what one has cached is not there for another. Whatever an
invalidation could not reach is stale for a minute at most.
"""

import logging
from collections.abc import Awaitable
from typing import TypeVar, cast

from pydantic import BaseModel, ValidationError
from redis.asyncio import Redis
from redis.exceptions import RedisError

from travel_crm.domain.bookings import Booking, BookingPageRequest
from travel_crm.domain.storing import Page
from travel_crm.telemetry.cache_hit_rate import HitRate

SECONDS_TO_LIVE = 60

_logger = logging.getLogger(__name__)
_Result = TypeVar("_Result")
_Model = TypeVar("_Model", bound=BaseModel)


class RedisBookingCache:
    """Keeps one tenant's bookings and parts of their list for a minute."""

    def __init__(self, redis: Redis, tenant_id: str, bookings: HitRate, pages: HitRate) -> None:
        """Bind the cache to Redis; the two rates are told of every lookup of a booking and of a part."""
        self._redis = redis
        self._prefix = f"travel-crm:{tenant_id}:booking"
        self._pages = f"{self._prefix}s:pages"
        self._booking_hits = bookings
        self._page_hits = pages

    async def get(self, identifier: str) -> Booking | None:
        """Return the booking, or None when it is not here or the cache does not answer."""
        found = _parsed(Booking, await _or_miss(self._redis.get(self._key(identifier))))
        self._booking_hits.looked_up(hit=found is not None)
        return found

    async def put(self, booking: Booking) -> None:
        """Keep a booking."""
        await _or_miss(self._redis.set(self._key(booking.id), booking.model_dump_json(), ex=SECONDS_TO_LIVE))

    async def get_page(self, request: BookingPageRequest) -> Page[Booking] | None:
        """Return a part of the list, or None when it is not here or the cache does not answer."""
        stored = cast("Awaitable[bytes | str | None]", self._redis.hget(self._pages, _field(request)))
        found = _parsed(Page[Booking], await _or_miss(stored))
        self._page_hits.looked_up(hit=found is not None)
        return found

    async def put_page(self, request: BookingPageRequest, page: Page[Booking]) -> None:
        """Keep a part of the list; the oldest part decides when all of them go."""
        commands = self._redis.pipeline(transaction=True)
        commands.hset(self._pages, _field(request), page.model_dump_json())
        commands.expire(self._pages, SECONDS_TO_LIVE, nx=True)
        await _or_miss(commands.execute())

    async def invalidate(self, identifier: str) -> None:
        """Forget one booking and every part of the list."""
        await _or_miss(self._redis.unlink(self._key(identifier), self._pages))

    def _key(self, identifier: str) -> str:
        return f"{self._prefix}:{identifier}"


def _field(request: BookingPageRequest) -> str:
    return request.model_dump_json(exclude_none=True)


async def _or_miss(command: Awaitable[_Result]) -> _Result | None:
    try:
        return await command
    except RedisError as error:
        _logger.warning("cache unavailable, going on without it", extra={"reason": type(error).__name__})
        return None


def _parsed(model: type[_Model], stored: bytes | str | None) -> _Model | None:
    if stored is None:
        return None
    try:
        return model.model_validate_json(stored)
    except ValidationError:
        _logger.warning("cache holds what this version cannot read, going on without it")
        return None
