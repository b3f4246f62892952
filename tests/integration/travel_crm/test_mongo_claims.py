"""Claims in the document store: one caller does the work, however many come at once."""

import asyncio
from datetime import timedelta

import pytest

from travel_crm.adapters.mongo_claims import MongoClaims
from travel_crm.adapters.mongo_client import Database
from travel_crm.adapters.mongo_idempotency_keys import MongoIdempotencyKeys
from travel_crm.domain.fields import utc_now
from travel_crm.domain.idempotency import Earlier

pytestmark = pytest.mark.anyio


async def test_one_of_many_has_the_claim(database: Database) -> None:
    """All at the very same moment, on a store that has no transactions."""
    claims = MongoClaims(database["claims"])

    found = await asyncio.gather(*(claims.claim("one") for _ in range(20)))

    assert found.count(None) == 1


async def test_what_came_of_it_is_told_to_the_others(database: Database) -> None:
    """A claim that was released is anybody's again."""
    claims = MongoClaims(database["claims"])
    await claims.claim("one")
    await claims.complete("one", "done")

    later = await claims.claim("one")
    await claims.release("one")

    assert later is not None
    assert later["outcome"] == "done"
    assert await claims.claim("one") is None


async def test_a_claim_of_the_dead_is_taken_over_once(database: Database) -> None:
    """After a minute without an outcome; one with an outcome stays."""
    claims = MongoClaims(database["claims"])
    for name in ("abandoned", "completed"):
        await claims.claim(name)
    await claims.complete("completed", "done")
    await database["claims"].update_many({}, {"$set": {"claimed_at": utc_now() - timedelta(minutes=2)}})

    assert await claims.claim("abandoned") is None
    assert await claims.claim("abandoned") is not None
    assert await claims.claim("completed") is not None


async def test_tenants_may_choose_the_same_key(database: Database) -> None:
    """Each has its own answer under it."""
    claims = MongoClaims(database["idempotency_keys"])
    one, other = MongoIdempotencyKeys(claims, "a" * 32), MongoIdempotencyKeys(claims, "b" * 32)

    first = await one.claim("key", "fingerprint")
    working = await one.claim("key", "fingerprint")
    await one.complete("key", "payment")

    assert first is None
    assert working == Earlier("fingerprint", None)
    assert await one.claim("key", "other") == Earlier("fingerprint", "payment")
    assert await other.claim("key", "fingerprint") is None
