"""Travel queries: what a customer asks for, before anything is booked."""

import logging
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from pydantic import ConfigDict, Field

from travel_crm.domain.customers import Customer
from travel_crm.domain.fields import Identifier, Lines, new_identifier, utc_now
from travel_crm.domain.storing import Page, PageRequest, Repository, find_or_fail
from travel_crm.domain.trips import Trip

_logger = logging.getLogger(__name__)


class TravelQueryStatus(StrEnum):
    """How far a travel query has come."""

    OPEN = "open"
    BOOKED = "booked"


class NewTravelQuery(Trip):
    """What is needed to take in a travel query."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "customer_id": "3f0c1f4de7a94c1bb3a9b0c7a5e2d861",
                    "destination": "Lisbon",
                    "departs_on": "2027-05-03",
                    "returns_on": "2027-05-10",
                    "travellers": 2,
                    "notes": "A quiet hotel near the river.",
                }
            ]
        }
    )

    customer_id: Identifier
    notes: Lines = ""


class TravelQuery(NewTravelQuery):
    """A travel query as it is kept."""

    model_config = ConfigDict(extra="ignore")

    id: Identifier = Field(default_factory=new_identifier)
    status: TravelQueryStatus = TravelQueryStatus.OPEN
    created_at: datetime = Field(default_factory=utc_now)


class TravelQueryRepository(Repository[TravelQuery], Protocol):
    """Keeps travel queries."""

    async def mark_booked(self, identifier: str) -> None:
        """Set the status to booked; an unknown identifier changes nothing."""
        ...


class TravelQueryService:
    """Takes in travel queries and finds them again."""

    def __init__(self, travel_queries: TravelQueryRepository, customers: Repository[Customer]) -> None:
        self._travel_queries = travel_queries
        self._customers = customers

    async def create(self, draft: NewTravelQuery) -> TravelQuery:
        """Store a new travel query; raise `NotFoundError` when its customer is unknown."""
        await find_or_fail(self._customers, "customer", draft.customer_id)
        travel_query = TravelQuery(**draft.model_dump())
        await self._travel_queries.add(travel_query)
        _logger.info(
            "travel query created",
            extra={"travel_query_id": travel_query.id, "customer_id": travel_query.customer_id},
        )
        return travel_query

    async def get(self, identifier: str) -> TravelQuery:
        """Return the travel query; raise `NotFoundError` for an unknown identifier."""
        return await find_or_fail(self._travel_queries, "travel query", identifier)

    async def page(self, request: PageRequest) -> Page[TravelQuery]:
        """Return a part of the list of travel queries."""
        return await self._travel_queries.page(request)
