"""One tenant's idempotency keys in the document store; a key is one insert, which succeeds once."""

from pymongo.errors import DuplicateKeyError

from travel_crm.adapters.mongo_client import reaching_mongo
from travel_crm.adapters.mongo_repositories import Collection
from travel_crm.domain.errors import ConflictError
from travel_crm.domain.fields import utc_now
from travel_crm.domain.idempotency import Earlier


class MongoIdempotencyKeys:
    """Keeps keys apart by tenant: two tenants may choose the same one."""

    def __init__(self, collection: Collection, tenant_id: str) -> None:
        self._collection = collection
        self._tenant_id = tenant_id

    async def keep(self, key: str, first: Earlier) -> Earlier:
        """Keep this under a key that is new, and return what is kept under it."""
        name = f"{self._tenant_id}:{key}"
        document = {"fingerprint": first.fingerprint, "identifier": first.identifier}
        with reaching_mongo():
            try:
                await self._collection.insert_one({"_id": name, "claimed_at": utc_now(), **document})
            except DuplicateKeyError:
                return await self._found(name)
        return first

    async def _found(self, name: str) -> Earlier:
        kept = await self._collection.find_one({"_id": name})
        if kept is None:
            raise ConflictError("The Idempotency-Key was forgotten at this very moment; try again")
        return Earlier(kept["fingerprint"], kept["identifier"])
