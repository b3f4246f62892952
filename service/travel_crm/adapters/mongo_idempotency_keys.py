"""One tenant's idempotency keys, as claims in the document store."""

from travel_crm.adapters.mongo_claims import MongoClaims
from travel_crm.domain.errors import ConflictError
from travel_crm.domain.idempotency import Earlier


class MongoIdempotencyKeys:
    """Keeps keys apart by tenant: two tenants may choose the same one."""

    def __init__(self, claims: MongoClaims, tenant_id: str) -> None:
        self._claims = claims
        self._tenant_id = tenant_id

    async def claim(self, key: str, fingerprint: str) -> Earlier | None:
        """Return None to the first one; to all others what is known of the first."""
        found = await self._claims.claim(self._id(key), fingerprint=fingerprint)
        if found is None:
            return None
        if not found:
            raise ConflictError("The request with this Idempotency-Key has just failed; try again")
        return Earlier(found["fingerprint"], found["outcome"])

    async def complete(self, key: str, outcome: str) -> None:
        """Keep the identifier of what came of it."""
        await self._claims.complete(self._id(key), outcome)

    async def release(self, key: str) -> None:
        """Let the key be claimed again, as nothing came of it."""
        await self._claims.release(self._id(key))

    def _id(self, key: str) -> str:
        return f"{self._tenant_id}:{key}"
