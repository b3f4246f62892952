"""The cache in a real Redis, and without one."""

import logging
import time
from datetime import date

import pytest
from redis.asyncio import Redis

from travel_crm.adapters.redis_booking_cache import SECONDS_TO_LIVE, RedisBookingCache
from travel_crm.adapters.redis_client import create_redis_client
from travel_crm.adapters.redis_sparing import SparingRedis
from travel_crm.domain.bookings import Booking, BookingPageRequest, BookingStatus
from travel_crm.domain.fields import Money, new_identifier
from travel_crm.domain.storing import Page
from travel_crm.telemetry.cache_hit_rate import HitRate

pytestmark = pytest.mark.anyio

TENANT = "a" * 32


def booking() -> Booking:
    """Return a booking."""
    return Booking(
        customer_id=new_identifier(),
        destination="Lisbon",
        departs_on=date(2027, 5, 3),
        returns_on=date(2027, 5, 10),
        travellers=2,
        price=Money(amount=129900, currency="EUR"),
    )


def cache_in(redis: Redis) -> RedisBookingCache:
    """Return a cache whose hit rates nobody asks for."""
    return RedisBookingCache(SparingRedis(redis), TENANT, HitRate(), HitRate())


async def test_lookups_are_told_of(redis: Redis) -> None:
    """Bookings and parts of the list each have a rate of their own."""
    bookings, pages = HitRate(), HitRate()
    cache, one = RedisBookingCache(SparingRedis(redis), TENANT, bookings, pages), booking()

    await cache.get(one.id)
    await cache.put(one)
    await cache.get(one.id)
    await cache.get_page(BookingPageRequest())

    assert (bookings.percent(), pages.percent()) == (50.0, 0.0)


async def test_a_booking_is_kept_for_a_minute(redis: Redis) -> None:
    """What comes back equals what went in."""
    cache, one = cache_in(redis), booking()

    missed = await cache.get(one.id)
    await cache.put(one)

    assert missed is None
    assert await cache.get(one.id) == one
    assert 0 < await redis.ttl(f"travel-crm:{TENANT}:booking:{one.id}") <= SECONDS_TO_LIVE


async def test_invalidating_drops_the_booking_and_the_list(redis: Redis) -> None:
    """Other bookings stay."""
    cache, one, other = cache_in(redis), booking(), booking()
    page = Page[Booking](items=[one, other], limit=20, offset=0, total=2)
    await cache.put(one)
    await cache.put(other)
    await cache.put_page(BookingPageRequest(), page)
    listed = await cache.get_page(BookingPageRequest())

    await cache.invalidate(one.id)

    assert listed == page
    assert await cache.get(one.id) is None
    assert await cache.get_page(BookingPageRequest()) is None
    assert await cache.get(other.id) == other


async def test_a_part_of_the_list_does_not_prolong_the_others(redis: Redis) -> None:
    """However often parts are added, the first one is gone after a minute."""
    cache = cache_in(redis)
    await cache.put_page(BookingPageRequest(), Page[Booking](items=[], limit=20, offset=0, total=0))
    await redis.expire(f"travel-crm:{TENANT}:bookings:pages", 10)

    await cache.put_page(BookingPageRequest(offset=20), Page[Booking](items=[], limit=20, offset=20, total=0))

    assert 0 < await redis.ttl(f"travel-crm:{TENANT}:bookings:pages") <= 10


async def test_tenants_cache_apart(redis: Redis) -> None:
    """What one tenant has cached is a miss for another, and its changes drop nothing of the other's."""
    cache, one = cache_in(redis), booking()
    other = RedisBookingCache(SparingRedis(redis), "b" * 32, HitRate(), HitRate())
    await cache.put(one)
    await cache.put_page(BookingPageRequest(), Page[Booking](items=[one], limit=20, offset=0, total=1))

    seen = (await other.get(one.id), await other.get_page(BookingPageRequest()))
    await other.invalidate(one.id)

    assert seen == (None, None)
    assert await cache.get(one.id) == one


async def test_parts_of_different_lists_are_told_apart(redis: Redis) -> None:
    """What is wanted is part of what is asked for."""
    cache = cache_in(redis)
    await cache.put_page(BookingPageRequest(), Page[Booking](items=[], limit=20, offset=0, total=0))

    assert await cache.get_page(BookingPageRequest(status=BookingStatus.PENDING)) is None


@pytest.mark.parametrize("stored", [b"", b"{}", b"\xff", b'{"id": 1}'])
async def test_what_another_version_left_is_a_miss(
    redis: Redis, stored: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """It is said, and the store is asked instead."""
    identifier = new_identifier()
    await redis.set(f"travel-crm:{TENANT}:booking:{identifier}", stored)

    assert await cache_in(redis).get(identifier) is None
    assert "cannot read" in caplog.text


async def test_without_redis_everything_is_a_miss(free_port: int, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is raised; there is one warning, when it begins."""
    client = create_redis_client(f"redis://127.0.0.1:{free_port}/0", answer_within=0.5)
    cache, one = cache_in(client), booking()

    await cache.put(one)
    await cache.put_page(BookingPageRequest(), Page[Booking](items=[one], limit=20, offset=0, total=1))
    await cache.invalidate(one.id)

    assert await cache.get(one.id) is None
    assert await cache.get_page(BookingPageRequest()) is None
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    await client.aclose()


async def test_a_redis_that_says_nothing_costs_half_a_second(silent_port: int) -> None:
    """A reader does not wait for a cache that hangs."""
    client = create_redis_client(f"redis://127.0.0.1:{silent_port}/0", answer_within=0.5)
    began = time.monotonic()

    assert await cache_in(client).get(new_identifier()) is None
    assert time.monotonic() - began < 10
    await client.aclose()
