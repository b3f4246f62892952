"""Makes the demo tenant and its data beside the starting API: start-up never waits for the store.

Part of the bootstrap. Of several processes one makes the data, which is made once.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from travel_crm.adapters.mongo_claims import MongoClaims
from travel_crm.adapters.unbroken import unbroken
from travel_crm.adapters.untraced import untraced
from travel_crm.domain.errors import UnavailableError
from travel_crm.domain.tenants import TenantService

_CLAIM = "demo-data"
_SECONDS_BETWEEN_TRIES = 2.0

_logger = logging.getLogger(__name__)


async def seed_demo_when_possible(
    tenants: TenantService, key: str, claims: MongoClaims, create_data: Callable[[str], Awaitable[None]]
) -> None:
    """Make sure that the tenant of the key is there with its data, trying again while the store is away."""
    while True:
        try:
            with untraced():
                await unbroken(_seed_demo(tenants, key, claims, create_data))
        except UnavailableError as error:
            _logger.debug("demo data not made yet: %s", error)
            await asyncio.sleep(_SECONDS_BETWEEN_TRIES)
        else:
            return


async def _seed_demo(
    tenants: TenantService, key: str, claims: MongoClaims, create_data: Callable[[str], Awaitable[None]]
) -> None:
    tenant = await tenants.recognise(key)
    if await claims.claim(_CLAIM):
        await create_data(tenant.id)
        await claims.complete(_CLAIM, "made")
