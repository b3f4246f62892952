"""Claims: who comes first does the work. A claim is one insert under an identifier of its own.

An insert is what every document store lets succeed once for an identifier, FerretDB too. A claim whose work
was never completed, as its process died, may be taken over after a minute.
"""

from datetime import timedelta

from pymongo.errors import DuplicateKeyError

from travel_crm.adapters.mongo_client import limit_to, reaching_mongo
from travel_crm.adapters.mongo_repositories import Collection
from travel_crm.domain.fields import utc_now

_ABANDONED_AFTER = timedelta(minutes=1)

_SECONDS_TO_RELEASE = 0.5


class MongoClaims:
    """Keeps claims in one collection; all methods raise `UnavailableError` when the store is not reached."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def claim(self, identifier: str) -> bool:
        """Return True to the first caller, and to another one that finds the claim abandoned."""
        with reaching_mongo():
            try:
                await self._collection.insert_one(
                    {"_id": identifier, "claimed_at": utc_now(), "outcome": None}
                )
            except DuplicateKeyError:
                return await self._taken_over(identifier)
        return True

    async def complete(self, identifier: str, outcome: str) -> None:
        """Keep what came of the work."""
        with reaching_mongo():
            await self._collection.update_one({"_id": identifier}, {"$set": {"outcome": outcome}})

    async def release(self, identifier: str) -> None:
        """Forget the claim."""
        # In time of its own: that a request has used up its share must not keep others waiting for a minute.
        with limit_to(_SECONDS_TO_RELEASE), reaching_mongo():
            await self._collection.delete_one({"_id": identifier})

    async def _taken_over(self, identifier: str) -> bool:
        abandoned = {
            "_id": identifier,
            "outcome": None,
            "claimed_at": {"$lt": utc_now() - _ABANDONED_AFTER},
        }
        taken = await self._collection.find_one_and_update(abandoned, {"$set": {"claimed_at": utc_now()}})
        return taken is not None
