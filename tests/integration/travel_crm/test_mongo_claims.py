"""Claims in the document store: one caller does the work, however many come at once."""

import asyncio
from datetime import timedelta

import pytest

from travel_crm.adapters.mongo_claims import MongoClaims
from travel_crm.adapters.mongo_client import Database, limit_to
from travel_crm.adapters.mongo_forgetting import FORGETFUL_COLLECTIONS, forget_old_claims
from travel_crm.adapters.mongo_idempotency_keys import MongoIdempotencyKeys
from travel_crm.adapters.mongo_indexes import create_indexes
from travel_crm.domain.fields import utc_now
from travel_crm.domain.idempotency import Earlier

pytestmark = pytest.mark.anyio


async def test_one_of_many_has_the_claim(database: Database) -> None:
    """All at the very same moment, on a store that has no transactions."""
    claims = MongoClaims(database["claims"])

    found = await asyncio.gather(*(claims.claim("one") for _ in range(20)))

    assert found.count(True) == 1


async def test_a_claim_that_was_released_is_anybodys_again(database: Database) -> None:
    """Not before, whether the work was completed or not."""
    claims = MongoClaims(database["claims"])
    await claims.claim("one")

    early = await claims.claim("one")
    await claims.release("one")

    assert not early
    assert await claims.claim("one")


async def test_a_claim_is_released_though_the_time_of_the_request_is_used_up(database: Database) -> None:
    """Others would wait a minute for one that nobody holds."""
    claims = MongoClaims(database["claims"])
    await claims.claim("one")

    with limit_to(0.01):
        await asyncio.sleep(0.02)
        await claims.release("one")

    assert await claims.claim("one")


async def test_a_claim_of_the_dead_is_taken_over_once(database: Database) -> None:
    """After a minute without an outcome; one with an outcome stays."""
    claims = MongoClaims(database["claims"])
    for name in ("abandoned", "completed"):
        await claims.claim(name)
    await claims.complete("completed", "done")
    await database["claims"].update_many({}, {"$set": {"claimed_at": utc_now() - timedelta(minutes=2)}})

    assert await claims.claim("abandoned")
    assert not await claims.claim("abandoned")
    assert not await claims.claim("completed")


async def test_old_claims_are_forgotten(database: Database) -> None:
    """After a week, wherever they grow without end; the seeds are kept, as the demo data is made once."""
    claims = {name: MongoClaims(database[name]) for name in (*FORGETFUL_COLLECTIONS, "seeds")}
    old = {"$set": {"claimed_at": utc_now() - timedelta(days=8)}}
    for name, kept in claims.items():
        await kept.claim("old")
        await database[name].update_many({}, old)
        await kept.claim("new")

    await create_indexes(database)
    await forget_old_claims(database)

    left = {name: {one["_id"] async for one in database[name].find()} for name in claims}
    assert left.pop("seeds") == {"old", "new"}
    assert list(left.values()) == [{"new"}] * len(FORGETFUL_COLLECTIONS)


async def test_tenants_may_choose_the_same_key(database: Database) -> None:
    """To each it stands for what it came with first."""
    keys = database["idempotency_keys"]
    one, other = MongoIdempotencyKeys(keys, "a" * 32), MongoIdempotencyKeys(keys, "b" * 32)
    first, later = Earlier("fingerprint", "payment"), Earlier("other", "another")

    kept = [await one.keep("key", first), await one.keep("key", later), await other.keep("key", later)]

    assert kept == [first, first, later]
