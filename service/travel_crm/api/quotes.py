"""`/quotes`: draw up quotes, find them, list them, send them, accept them."""

from typing import Annotated

from fastapi import APIRouter, Query

from travel_crm.api.dependencies import UseCasesOfTenant
from travel_crm.api.error_body import documented
from travel_crm.domain.quotes import NewQuote, Quote, QuotePageRequest
from travel_crm.domain.storing import Page

router = APIRouter(prefix="/quotes", tags=["quotes"])


@router.post(
    "",
    status_code=201,
    summary="Draw up a quote",
    responses=documented(status_404="Unknown travel query."),
)
async def create_quote(draft: NewQuote, tenant: UseCasesOfTenant) -> Quote:
    """Store a new quote, a draft until it is sent."""
    return await tenant.quotes.create(draft)


@router.get("/{quote_id}", summary="Find a quote", responses=documented(status_404="Unknown quote."))
async def get_quote(quote_id: str, tenant: UseCasesOfTenant) -> Quote:
    """Return one quote."""
    return await tenant.quotes.get(quote_id)


@router.get("", summary="List quotes")
async def list_quotes(page: Annotated[QuotePageRequest, Query()], tenant: UseCasesOfTenant) -> Page[Quote]:
    """Return a part of the list, newest first."""
    return await tenant.quotes.page(page)


@router.post(
    "/{quote_id}/send",
    summary="Send a quote",
    responses=documented(status_404="Unknown quote.", status_409="The quote is no draft."),
)
async def send_quote(quote_id: str, tenant: UseCasesOfTenant) -> Quote:
    """Send a draft, which answers its travel query."""
    return await tenant.quotes.send(quote_id)


@router.post(
    "/{quote_id}/accept",
    summary="Accept a quote",
    responses=documented(
        status_404="Unknown quote.", status_409="The quote was not sent, or is no longer valid."
    ),
)
async def accept_quote(quote_id: str, tenant: UseCasesOfTenant) -> Quote:
    """Book what the quote offers; the answer names the booking."""
    return await tenant.quotes.accept(quote_id)
