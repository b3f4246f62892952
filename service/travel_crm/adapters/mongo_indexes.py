"""The document store's indexes, made beside the running service: start-up never waits for the store."""

import asyncio
import logging

from pymongo.errors import PyMongoError

from travel_crm.adapters.mongo_client import Database
from travel_crm.adapters.untraced import untraced

COLLECTIONS = ("customers", "travel_queries", "bookings", "payments")
_SECONDS_BETWEEN_TRIES = 2.0

_logger = logging.getLogger(__name__)


async def create_indexes(database: Database) -> None:
    """Make sure that every collection can be listed newest first; making an index again changes nothing."""
    for name in COLLECTIONS:
        await database[name].create_index([("created_at", -1), ("_id", -1)], name="newest_first")


async def create_indexes_when_possible(database: Database) -> None:
    """Create the indexes, trying again for as long as the store is away or busy with the same."""
    while True:
        try:
            with untraced():
                await create_indexes(database)
        except PyMongoError as error:
            _logger.debug("indexes not created yet: %s", type(error).__name__)
            await asyncio.sleep(_SECONDS_BETWEEN_TRIES)
        else:
            return
