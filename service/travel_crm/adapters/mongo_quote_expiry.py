"""Sent quotes of all tenants that nobody accepted in time become expired ones."""

from travel_crm.adapters.mongo_client import Database, reaching_mongo
from travel_crm.adapters.untraced import untraced
from travel_crm.domain.fields import utc_now
from travel_crm.domain.quotes import QuoteStatus


async def expire_late_quotes(database: Database) -> None:
    """Mark every sent quote whose last day is over; raise `UnavailableError` when the store is away."""
    now = utc_now()
    late = {"status": str(QuoteStatus.SENT), "valid_until": {"$lt": now.date().isoformat()}}
    changes = {"status": str(QuoteStatus.EXPIRED), "updated_at": now}
    with untraced(), reaching_mongo():
        await database["quotes"].update_many(late, {"$set": changes})
