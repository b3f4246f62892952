"""Repositories over the document store: one collection a kind of entity, the identifier as `_id`.

Nothing here needs a transaction: each change is one document, and a change of state names the state it
expects. MongoDB does that in one step; FerretDB 1.24 reads and then writes, so there two changes at the very
same moment can both believe to have been first.
"""

from datetime import datetime
from typing import Generic

from pydantic import BaseModel
from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection

from travel_crm.adapters.mongo_client import Document, reaching_mongo
from travel_crm.domain.bookings import Booking, BookingStatus
from travel_crm.domain.customers import Customer
from travel_crm.domain.fields import utc_now
from travel_crm.domain.payments import Charge, Payment
from travel_crm.domain.storing import Entity, Page, PageRequest
from travel_crm.domain.travel_queries import TravelQuery, TravelQueryStatus

Collection = AsyncCollection[Document]


class MongoRepository(Generic[Entity]):
    """Keeps entities of one kind in one collection."""

    def __init__(self, collection: Collection, entity: type[Entity]) -> None:
        self._collection = collection
        self._entity = entity

    async def add(self, entity: Entity) -> None:
        """Store a new entity; raise `UnavailableError` when the store is not reached."""
        with reaching_mongo():
            await self._collection.insert_one(_to_document(entity))

    async def find(self, identifier: str) -> Entity | None:
        """Return the entity, or None; raise `UnavailableError` when the store is not reached."""
        with reaching_mongo():
            document = await self._collection.find_one({"_id": identifier})
        return self._to_entity(document) if document else None

    async def page(self, request: PageRequest) -> Page[Entity]:
        """Return a part of the list, newest first; raise `UnavailableError` when the store is not reached."""
        newest_first = [("created_at", -1), ("_id", -1)]
        with reaching_mongo():
            cursor = self._collection.find({}, sort=newest_first, skip=request.offset, limit=request.limit)
            documents = await cursor.to_list()
            total = await self._collection.count_documents({})
        items = [self._to_entity(document) for document in documents]
        return Page[self._entity](items=items, limit=request.limit, offset=request.offset, total=total)

    async def _update(self, wanted: Document, changes: Document) -> Entity | None:
        with reaching_mongo():
            document = await self._collection.find_one_and_update(
                wanted, {"$set": changes}, return_document=ReturnDocument.AFTER
            )
        return self._to_entity(document) if document else None

    def _to_entity(self, document: Document) -> Entity:
        fields = dict(document)
        fields["id"] = fields.pop("_id")
        return self._entity.model_validate(fields)


class MongoCustomers(MongoRepository[Customer]):
    """Keeps customers."""

    def __init__(self, collection: Collection) -> None:
        super().__init__(collection, Customer)


class MongoTravelQueries(MongoRepository[TravelQuery]):
    """Keeps travel queries."""

    def __init__(self, collection: Collection) -> None:
        super().__init__(collection, TravelQuery)

    async def mark_booked(self, identifier: str) -> None:
        """Set the status to booked; an unknown identifier changes nothing."""
        await self._update({"_id": identifier}, {"status": str(TravelQueryStatus.BOOKED)})


class MongoBookings(MongoRepository[Booking]):
    """Keeps bookings."""

    def __init__(self, collection: Collection) -> None:
        super().__init__(collection, Booking)

    async def remove(self, identifier: str) -> None:
        """Forget a booking; an unknown identifier changes nothing."""
        with reaching_mongo():
            await self._collection.delete_one({"_id": identifier})

    async def change_status(
        self, identifier: str, *, before: BookingStatus, after: BookingStatus
    ) -> Booking | None:
        """Move a booking from one state to another, or return None when it is not in the first one."""
        return await self._update(
            {"_id": identifier, "status": str(before)}, {"status": str(after), "updated_at": utc_now()}
        )


class MongoPayments(MongoRepository[Payment]):
    """Keeps payments."""

    def __init__(self, collection: Collection) -> None:
        super().__init__(collection, Payment)

    async def settle(self, payment: Payment, charge: Charge) -> Payment:
        """Record the gateway's answer and return the payment with it."""
        changes = {"status": str(charge.status), "reference": charge.reference}
        return await self._update({"_id": payment.id}, changes) or payment.model_copy(update=changes)


def _to_document(entity: BaseModel) -> Document:
    """Return the entity as the store takes it: dates as ISO text, moments as dates of its own."""
    document = entity.model_dump(mode="json")
    document |= {name: value for name, value in entity if isinstance(value, datetime)}
    document["_id"] = document.pop("id")
    return document
