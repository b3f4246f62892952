"""`/queries`: take in what customers ask for, find it, list it, answer it."""

from typing import Annotated

from fastapi import APIRouter, Query

from travel_crm.api.dependencies import UseCasesOfTenant
from travel_crm.api.error_body import documented
from travel_crm.domain.storing import Page
from travel_crm.domain.travel_queries import Answer, NewTravelQuery, TravelQuery, TravelQueryPageRequest

router = APIRouter(prefix="/queries", tags=["travel queries"])


@router.post(
    "",
    status_code=201,
    summary="Take in a travel query",
    responses=documented(status_404="Unknown customer."),
)
async def create_travel_query(draft: NewTravelQuery, tenant: UseCasesOfTenant) -> TravelQuery:
    """Store what a customer asks for."""
    return await tenant.travel_queries.create(draft)


@router.get(
    "/{travel_query_id}",
    summary="Find a travel query",
    responses=documented(status_404="Unknown travel query."),
)
async def get_travel_query(travel_query_id: str, tenant: UseCasesOfTenant) -> TravelQuery:
    """Return one travel query."""
    return await tenant.travel_queries.get(travel_query_id)


@router.get("", summary="List travel queries")
async def list_travel_queries(
    page: Annotated[TravelQueryPageRequest, Query()], tenant: UseCasesOfTenant
) -> Page[TravelQuery]:
    """Return a part of the list, newest first."""
    return await tenant.travel_queries.page(page)


@router.post(
    "/{travel_query_id}/answer",
    summary="Give the first answer",
    responses=documented(status_404="Unknown travel query.", status_409="It is no longer open."),
)
async def answer_travel_query(travel_query_id: str, answer: Answer, tenant: UseCasesOfTenant) -> TravelQuery:
    """Answer an open travel query, which ends the wait that its service level bounds."""
    return await tenant.travel_queries.answer(travel_query_id, answer)
