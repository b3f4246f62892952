"""`/queries`: take in what customers ask for, find it, list it."""

from fastapi import APIRouter

from travel_crm.api.dependencies import PageQuery, ServicesOfApp
from travel_crm.api.error_body import documented
from travel_crm.domain.storing import Page
from travel_crm.domain.travel_queries import NewTravelQuery, TravelQuery

router = APIRouter(prefix="/queries", tags=["travel queries"])


@router.post(
    "",
    status_code=201,
    summary="Take in a travel query",
    responses=documented(status_404="Unknown customer."),
)
async def create_travel_query(draft: NewTravelQuery, services: ServicesOfApp) -> TravelQuery:
    """Store what a customer asks for."""
    return await services.travel_queries.create(draft)


@router.get(
    "/{travel_query_id}",
    summary="Find a travel query",
    responses=documented(status_404="Unknown travel query."),
)
async def get_travel_query(travel_query_id: str, services: ServicesOfApp) -> TravelQuery:
    """Return one travel query."""
    return await services.travel_queries.get(travel_query_id)


@router.get("", summary="List travel queries")
async def list_travel_queries(page: PageQuery, services: ServicesOfApp) -> Page[TravelQuery]:
    """Return a part of the list, newest first."""
    return await services.travel_queries.page(page)
