"""The document store's indexes, made beside the running service: start-up never waits for the store."""

import asyncio
import logging

from pymongo.errors import PyMongoError

from travel_crm.adapters.mongo_client import Database
from travel_crm.adapters.mongo_forgetting import FORGETFUL_COLLECTIONS
from travel_crm.adapters.unbroken import unbroken
from travel_crm.adapters.untraced import untraced

COLLECTIONS = ("customers", "travel_queries", "quotes", "bookings", "payments")
_SECONDS_BETWEEN_TRIES = 2.0

_logger = logging.getLogger(__name__)


async def create_indexes(database: Database) -> None:
    """Make sure that what is asked for again and again is found; making an index again changes nothing."""
    for name in COLLECTIONS:
        newest_first = [("tenant_id", 1), ("created_at", -1), ("_id", -1)]
        await database[name].create_index(newest_first, name="newest_first_of_tenant")
    await database["travel_queries"].create_index([("status", 1), ("overdue_at", 1)], name="overdue")
    await database["quotes"].create_index([("status", 1), ("valid_until", 1)], name="late")
    await database["payments"].create_index([("tenant_id", 1), ("booking_id", 1)], name="of_booking")
    for name in FORGETFUL_COLLECTIONS:
        await database[name].create_index("claimed_at", name="age")
    await database["tenants"].create_index("key_hash", name="key", unique=True)


async def create_indexes_when_possible(database: Database) -> None:
    """Create the indexes, trying again for as long as the store is away or busy with the same."""
    while True:
        try:
            with untraced():
                await unbroken(create_indexes(database))
        except PyMongoError as error:
            _logger.debug("indexes not created yet: %s", type(error).__name__)
            await asyncio.sleep(_SECONDS_BETWEEN_TRIES)
        else:
            return
