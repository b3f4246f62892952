"""Repositories over the document store: one collection a kind of entity, the identifier as `_id`.

A repository is made for one tenant, and each of its commands names that tenant: there is no way to ask for
what another one has. Nothing here needs a transaction: each change is one document, and a change of state
names the state it expects. MongoDB does that in one step; FerretDB 1.24 reads and then writes, so there two
changes at the very same moment can both believe to have been first.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Generic

from opentelemetry import propagate
from pydantic import BaseModel
from pymongo import ReturnDocument
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

from travel_crm.adapters.mongo_client import Database, Document, reaching_mongo
from travel_crm.domain.bookings import Booking, BookingStatus
from travel_crm.domain.customers import Customer
from travel_crm.domain.errors import AlreadyStoredError
from travel_crm.domain.fields import utc_now
from travel_crm.domain.payments import Charge, Payment
from travel_crm.domain.quotes import Quote, QuoteStatus
from travel_crm.domain.stores import Stores
from travel_crm.domain.storing import Entity, Page, PageRequest
from travel_crm.domain.travel_queries import TravelQuery, TravelQueryStatus

Collection = AsyncCollection[Document]


class MongoRepository(Generic[Entity]):
    """Keeps one tenant's entities of one kind in the collection that all tenants share."""

    def __init__(self, collection: Collection, entity: type[Entity], tenant_id: str) -> None:
        self._collection = collection
        self._entity = entity
        self._tenant = {"tenant_id": tenant_id}

    async def add(self, entity: Entity) -> None:
        """Store a new entity; raise `UnavailableError` when the store is not reached."""
        with reaching_mongo():
            try:
                await self._collection.insert_one(to_document(entity) | self._tenant)
            except DuplicateKeyError:
                raise AlreadyStoredError from None

    async def find(self, identifier: str) -> Entity | None:
        """Return the entity, or None; raise `UnavailableError` when the store is not reached."""
        with reaching_mongo():
            document = await self._collection.find_one({"_id": identifier, **self._tenant})
        return to_entity(self._entity, document) if document else None

    async def page(self, request: PageRequest) -> Page[Entity]:
        """Return a part of the list, newest first; raise `UnavailableError` when the store is not reached."""
        wanted = request.wanted() | self._tenant
        newest_first = [("created_at", -1), ("_id", -1)]
        with reaching_mongo():
            cursor = self._collection.find(
                wanted, sort=newest_first, skip=request.offset, limit=request.limit
            )
            documents = await cursor.to_list()
            total = await self._collection.count_documents(wanted)
        items = [to_entity(self._entity, document) for document in documents]
        return Page[self._entity](items=items, limit=request.limit, offset=request.offset, total=total)

    async def _update(self, wanted: Document, changes: Mapping[str, Any]) -> Entity | None:
        with reaching_mongo():
            document = await self._collection.find_one_and_update(
                wanted | self._tenant, {"$set": changes}, return_document=ReturnDocument.AFTER
            )
        return to_entity(self._entity, document) if document else None


class MongoTravelQueries(MongoRepository[TravelQuery]):
    """Keeps travel queries, each with the trace it was taken in with and when its answer is overdue."""

    async def add(self, entity: TravelQuery) -> None:
        """Store a new travel query; raise `UnavailableError` when the store is not reached."""
        headers: dict[str, str] = {}
        propagate.inject(headers)
        beside = {"trace": headers, "overdue_at": entity.first_answer_due}
        with reaching_mongo():
            await self._collection.insert_one(to_document(entity) | self._tenant | beside)

    async def answer(self, identifier: str, text: str) -> TravelQuery | None:
        """Answer an open travel query and return it; None when it is unknown or no longer open."""
        changes = {"status": str(TravelQueryStatus.ANSWERED), "answer": text, "answered_at": utc_now()}
        return await self._update({"_id": identifier, "status": str(TravelQueryStatus.OPEN)}, changes)

    async def mark_booked(self, identifier: str) -> None:
        """Set the status to booked; an unknown identifier changes nothing."""
        await self._update({"_id": identifier}, {"status": str(TravelQueryStatus.BOOKED)})


class MongoQuotes(MongoRepository[Quote]):
    """Keeps quotes."""

    async def change_status(
        self, identifier: str, *, before: QuoteStatus, after: QuoteStatus, booking_id: str | None = None
    ) -> Quote | None:
        """Move a quote from one state to another, or return None when it is not in the first one."""
        changes = {"status": str(after), "booking_id": booking_id, "updated_at": utc_now()}
        return await self._update({"_id": identifier, "status": str(before)}, changes)


class MongoBookings(MongoRepository[Booking]):
    """Keeps bookings."""

    async def remove(self, identifier: str) -> None:
        """Forget a booking; an unknown identifier changes nothing."""
        with reaching_mongo():
            await self._collection.delete_one({"_id": identifier, **self._tenant})

    async def change_status(
        self, identifier: str, *, before: BookingStatus, after: BookingStatus
    ) -> Booking | None:
        """Move a booking from one state to another, or return None when it is not in the first one."""
        return await self._update(
            {"_id": identifier, "status": str(before)}, {"status": str(after), "updated_at": utc_now()}
        )


class MongoPayments(MongoRepository[Payment]):
    """Keeps payments."""

    async def of_booking(self, booking_id: str) -> Sequence[Payment]:
        """Return all payments that were tried for a booking."""
        with reaching_mongo():
            documents = await self._collection.find({"booking_id": booking_id} | self._tenant).to_list()
        return [to_entity(Payment, document) for document in documents]

    async def settle(self, payment: Payment, charge: Charge) -> Payment:
        """Record the gateway's answer and return the payment with it."""
        settled = payment.model_copy(update={"status": charge.status, "reference": charge.reference})
        changes = {"status": str(charge.status), "reference": charge.reference}
        return await self._update({"_id": payment.id}, changes) or settled


def create_mongo_stores(database: Database, tenant_id: str) -> Stores:
    """Return all repositories of one tenant; nothing is reached here."""
    return Stores(
        customers=MongoRepository(database["customers"], Customer, tenant_id),
        travel_queries=MongoTravelQueries(database["travel_queries"], TravelQuery, tenant_id),
        quotes=MongoQuotes(database["quotes"], Quote, tenant_id),
        bookings=MongoBookings(database["bookings"], Booking, tenant_id),
        payments=MongoPayments(database["payments"], Payment, tenant_id),
    )


def to_document(entity: BaseModel) -> Document:
    """Return the entity as the store takes it: dates as ISO text, moments as dates of its own."""
    document = entity.model_dump(mode="json")
    document |= {name: value for name, value in entity if isinstance(value, datetime)}
    document["_id"] = document.pop("id")
    return document


def to_entity(entity: type[Entity], document: Mapping[str, Any]) -> Entity:
    """Return the entity that was stored; what is kept beside its fields is left out."""
    fields = dict(document)
    fields["id"] = fields.pop("_id")
    return entity.model_validate(fields)
