"""Tenants in the document store, found by the hash of their key."""

from pymongo.errors import DuplicateKeyError

from travel_crm.adapters.mongo_client import reaching_mongo
from travel_crm.adapters.mongo_repositories import Collection, to_document, to_entity
from travel_crm.domain.tenants import Tenant


class MongoTenants:
    """Keeps tenants; all methods raise `UnavailableError` when the store is not reached."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection

    async def put(self, tenant: Tenant, key_hash: str) -> None:
        """Store a tenant with the hash of its key, in the place of one with the same identifier."""
        document = to_document(tenant) | {"key_hash": key_hash}
        with reaching_mongo():
            try:
                await self._collection.replace_one({"_id": tenant.id}, document, upsert=True)
            except DuplicateKeyError:
                # Another process stored the very same one at the very same moment.
                await self._collection.replace_one({"_id": tenant.id}, document)

    async def find_by_key(self, key_hash: str) -> Tenant | None:
        """Return the tenant whose key has this hash, or None."""
        with reaching_mongo():
            document = await self._collection.find_one({"key_hash": key_hash})
        return to_entity(Tenant, document) if document else None
