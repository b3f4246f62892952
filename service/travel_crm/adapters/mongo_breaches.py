"""Breaches of service levels in the document store, of all tenants."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from travel_crm.adapters.mongo_claims import MongoClaims
from travel_crm.adapters.mongo_client import Database, reaching_mongo
from travel_crm.adapters.mongo_repositories import to_entity
from travel_crm.adapters.untraced import untraced
from travel_crm.domain.errors import UnavailableError
from travel_crm.domain.escalations import Breach
from travel_crm.domain.service_levels import Priority
from travel_crm.domain.travel_queries import TravelQuery, TravelQueryStatus

_MOST_AT_ONCE = 50


class MongoBreaches:
    """Finds late travel queries and raises them; looking for them makes no spans."""

    def __init__(self, database: Database) -> None:
        self._travel_queries = database["travel_queries"]
        self._claims = MongoClaims(database["escalations"])

    async def overdue(self, now: datetime) -> Sequence[Breach]:
        """Return some of the breaches there are, the oldest first."""
        wanted = {"status": str(TravelQueryStatus.OPEN), "overdue_at": {"$lte": now}}
        with untraced(), reaching_mongo():
            cursor = self._travel_queries.find(wanted, sort=[("overdue_at", 1)], limit=_MOST_AT_ONCE)
            documents = await cursor.to_list()
        return [
            Breach(document["tenant_id"], to_entity(TravelQuery, document), document.get("trace") or {})
            for document in documents
        ]

    async def claim(self, breach: Breach) -> bool:
        """Return True to one caller; to another one only if nothing came of the first within a minute."""
        with untraced():
            return await self._claims.claim(breach.id)

    async def release(self, breach: Breach) -> None:
        """Let the breach be claimed again."""
        await self._claims.release(breach.id)

    async def escalate(self, breach: Breach, priority: Priority, due: datetime | None) -> bool:
        """Raise the travel query's level; return False when it was answered or raised in the meantime."""
        query = breach.travel_query
        wanted = {
            "_id": query.id,
            "tenant_id": breach.tenant_id,
            "status": str(TravelQueryStatus.OPEN),
            "escalations": query.escalations,
        }
        changes = {
            "priority": str(priority),
            "escalations": query.escalations + 1,
            "first_answer_due": due or query.first_answer_due,
            "overdue_at": due,
        }
        with reaching_mongo():
            raised = await self._travel_queries.find_one_and_update(wanted, {"$set": changes})
        # The level has changed, so this breach is over even where that cannot be kept.
        with suppress(UnavailableError):
            await self._claims.complete(breach.id, "escalated")
        return raised is not None
