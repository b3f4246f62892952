"""The cache of bookings in Redis. It degrades, it never fails: where Redis does not answer, all is a miss.

One key a booking, and one hash for all parts of a tenant's list, so that a change drops them with a single
command. A tenant's keys begin with its identifier: what one has cached is not there for another. An
invalidation is tried even where Redis is spared; whatever it could not reach is stale for a minute at most.
"""

import logging
from collections.abc import Awaitable
from typing import TypeVar, cast

from pydantic import BaseModel, ValidationError
from redis.asyncio import Redis

from travel_crm.adapters.redis_sparing import SparingRedis
from travel_crm.domain.bookings import Booking, BookingPageRequest
from travel_crm.domain.storing import Page
from travel_crm.telemetry.cache_hit_rate import HitRate

SECONDS_TO_LIVE = 60

_logger = logging.getLogger(__name__)
_Model = TypeVar("_Model", bound=BaseModel)


class RedisBookingCache:
    """Keeps one tenant's bookings and parts of their list for a minute."""

    def __init__(self, redis: SparingRedis, tenant_id: str, bookings: HitRate, pages: HitRate) -> None:
        """Bind the cache to Redis; the two rates are told of every lookup of a booking and of a part."""
        self._redis = redis
        self._prefix = f"travel-crm:{tenant_id}:booking"
        self._pages = f"{self._prefix}s:pages"
        self._booking_hits = bookings
        self._page_hits = pages

    async def get(self, identifier: str) -> Booking | None:
        """Return the booking, or None when it is not here or the cache does not answer."""
        found = _parsed(Booking, await self._redis.ask(lambda redis: redis.get(self._key(identifier))))
        self._booking_hits.looked_up(hit=found is not None)
        return found

    async def put(self, booking: Booking) -> None:
        """Keep a booking."""
        key, text = self._key(booking.id), booking.model_dump_json()
        await self._redis.ask(lambda redis: redis.set(key, text, ex=SECONDS_TO_LIVE))

    async def get_page(self, request: BookingPageRequest) -> Page[Booking] | None:
        """Return a part of the list, or None when it is not here or the cache does not answer."""
        stored = await self._redis.ask(
            lambda redis: cast("Awaitable[bytes | None]", redis.hget(self._pages, _field(request)))
        )
        found = _parsed(Page[Booking], stored)
        self._page_hits.looked_up(hit=found is not None)
        return found

    async def put_page(self, request: BookingPageRequest, page: Page[Booking]) -> None:
        """Keep a part of the list; the oldest part decides when all of them go."""

        async def put(redis: Redis) -> object:
            commands = redis.pipeline(transaction=True)
            commands.hset(self._pages, _field(request), page.model_dump_json())
            commands.expire(self._pages, SECONDS_TO_LIVE, nx=True)
            return await commands.execute()

        await self._redis.ask(put)

    async def invalidate(self, identifier: str) -> None:
        """Forget one booking and every part of the list."""
        await self._redis.insist(lambda redis: redis.unlink(self._key(identifier), self._pages))

    def _key(self, identifier: str) -> str:
        return f"{self._prefix}:{identifier}"


def _field(request: BookingPageRequest) -> str:
    return request.model_dump_json(exclude_none=True)


def _parsed(model: type[_Model], stored: bytes | str | None) -> _Model | None:
    if stored is None:
        return None
    try:
        return model.model_validate_json(stored)
    except ValidationError:
        _logger.warning("cache holds what this version cannot read, going on without it")
        return None
