"""Claims and idempotency keys of all tenants are forgotten a week after they were made.

A round of the worker does it on MongoDB as on FerretDB, whose 1.24 lets no index expire what it holds.
"""

from datetime import timedelta

from travel_crm.adapters.mongo_client import Database, reaching_mongo
from travel_crm.adapters.untraced import untraced
from travel_crm.domain.fields import utc_now

FORGETFUL_COLLECTIONS = ("booking_claims", "escalations", "idempotency_keys")
_KEPT_FOR = timedelta(days=7)


async def forget_old_claims(database: Database) -> None:
    """Delete what is older than a week; raise `UnavailableError` when the store is away."""
    old = {"claimed_at": {"$lt": utc_now() - _KEPT_FOR}}
    with untraced(), reaching_mongo():
        for name in FORGETFUL_COLLECTIONS:
            await database[name].delete_many(old)
