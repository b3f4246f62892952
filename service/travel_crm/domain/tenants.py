"""Tenants: the agencies that share the service and see nothing of each other, each known by its API key.

A key is kept as its SHA-256. A slow hash as for passwords would protect what people make up; a key is 256
random bits, which nobody guesses from a hash however fast it is, and it is checked with every request.
"""

import hashlib
import logging
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from travel_crm.domain.errors import UnauthorizedError
from travel_crm.domain.fields import Identifier, Line, new_identifier, utc_now

_SECONDS_TO_REMEMBER = 30.0

_logger = logging.getLogger(__name__)


class Tenant(BaseModel):
    """An agency."""

    model_config = ConfigDict(frozen=True)

    id: Identifier = Field(default_factory=new_identifier)
    name: Line
    created_at: datetime = Field(default_factory=utc_now)


@dataclass(frozen=True)
class DemoTenant:
    """The tenant to play with: made where the settings give its key."""

    key: str = field(repr=False)
    tenant: Tenant = field(
        default_factory=lambda: Tenant(id="00000000000000000000000000000d30", name="Demo Travel")
    )


class TenantRepository(Protocol):
    """Keeps tenants; all methods raise `UnavailableError` when the store is not reached."""

    async def put(self, tenant: Tenant, key_hash: str) -> None:
        """Store a tenant with the hash of its key, in the place of one with the same identifier."""
        ...

    async def find_by_key(self, key_hash: str) -> Tenant | None:
        """Return the tenant whose key has this hash, or None."""
        ...


class TenantService:
    """Makes tenants and recognises them by their keys."""

    def __init__(
        self,
        tenants: TenantRepository,
        demo: DemoTenant | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Bind to a store; with `demo`, its tenant is made when it is first asked for."""
        self._tenants = tenants
        self._demo = demo
        self._clock = clock
        self._known: dict[str, tuple[Tenant, float]] = {}

    async def create(self, name: str) -> tuple[Tenant, str]:
        """Store a new tenant and return it with its key, which nobody can be told again."""
        tenant, key = Tenant(name=name), f"crm_{secrets.token_urlsafe(32)}"
        await self._tenants.put(tenant, hashed(key))
        _logger.info("tenant created", extra={"tenant_id": tenant.id})
        return tenant, key

    async def recognise(self, key: str | None) -> Tenant:
        """Return whose key this is; raise `UnauthorizedError` for none and for one that nobody has.

        A tenant is remembered for half a minute, which is how long a key that was taken away still works.
        """
        if not key:
            raise UnauthorizedError
        key_hash = hashed(key)
        tenant, until = self._known.get(key_hash, (None, 0.0))
        if tenant is None or self._clock() >= until:
            tenant = await self._tenants.find_by_key(key_hash) or await self._demo_tenant(key_hash)
            self._known[key_hash] = (tenant, self._clock() + _SECONDS_TO_REMEMBER)
        return tenant

    async def _demo_tenant(self, key_hash: str) -> Tenant:
        self._known.pop(key_hash, None)
        if self._demo is None or not secrets.compare_digest(key_hash, hashed(self._demo.key)):
            raise UnauthorizedError
        await self._tenants.put(self._demo.tenant, key_hash)
        _logger.info("demo tenant created", extra={"tenant_id": self._demo.tenant.id})
        return self._demo.tenant


def hashed(key: str) -> str:
    """Return what is kept of a key."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()
