"""What can be done with travel queries: take them in, find them, answer them."""

import logging

from travel_crm.domain.customers import Customer
from travel_crm.domain.errors import ConflictError
from travel_crm.domain.fields import is_identifier, utc_now
from travel_crm.domain.service_levels import ServiceLevels
from travel_crm.domain.storing import Page, Repository, find_or_fail
from travel_crm.domain.travel_queries import (
    Answer,
    NewTravelQuery,
    TravelQuery,
    TravelQueryPageRequest,
    TravelQueryRepository,
)

_logger = logging.getLogger(__name__)


class TravelQueryService:
    """Takes in travel queries, finds them again, and answers them."""

    def __init__(
        self,
        travel_queries: TravelQueryRepository,
        customers: Repository[Customer],
        service_levels: ServiceLevels,
    ) -> None:
        self._travel_queries = travel_queries
        self._customers = customers
        self._service_levels = service_levels

    async def create(self, draft: NewTravelQuery) -> TravelQuery:
        """Store a new travel query; raise `NotFoundError` when its customer is unknown."""
        await find_or_fail(self._customers, "customer", draft.customer_id)
        now = utc_now()
        due = self._service_levels.due(draft.priority, now)
        travel_query = TravelQuery(**draft.model_dump(), created_at=now, first_answer_due=due)
        await self._travel_queries.add(travel_query)
        _logger.info(
            "travel query created",
            extra={"travel_query_id": travel_query.id, "customer_id": travel_query.customer_id},
        )
        return travel_query

    async def get(self, identifier: str) -> TravelQuery:
        """Return the travel query; raise `NotFoundError` for an unknown identifier."""
        return await find_or_fail(self._travel_queries, "travel query", identifier)

    async def page(self, request: TravelQueryPageRequest) -> Page[TravelQuery]:
        """Return a part of the list of travel queries."""
        return await self._travel_queries.page(request)

    async def answer(self, identifier: str, answer: Answer) -> TravelQuery:
        """Give the first answer; raise `NotFoundError`, or `ConflictError` for one that is no longer open."""
        answered = (
            await self._travel_queries.answer(identifier, answer.text) if is_identifier(identifier) else None
        )
        if answered is None:
            found = await self.get(identifier)
            raise ConflictError(f"The travel query is {found.status}, no longer open")
        _logger.info("travel query answered", extra={"travel_query_id": identifier})
        return answered
