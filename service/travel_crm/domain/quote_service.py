"""What can be done with quotes: draw up, send, accept.

Accepting makes a booking, under the quote's own identifier: however often it is tried or cut off, there is
one. The quote leaves `sent` first, and goes back there when the booking could not be made.
"""

import logging

from travel_crm.domain.booking_service import BookingService
from travel_crm.domain.bookings import NewBooking
from travel_crm.domain.errors import ConflictError, NotFoundError, UnavailableError
from travel_crm.domain.fields import is_identifier, utc_now
from travel_crm.domain.quotes import NewQuote, Quote, QuotePageRequest, QuoteRepository, QuoteStatus
from travel_crm.domain.storing import Page, find_or_fail
from travel_crm.domain.travel_queries import TravelQuery, TravelQueryRepository

_TRIP = ("destination", "departs_on", "returns_on", "travellers")

_logger = logging.getLogger(__name__)


class QuoteService:
    """Draws up quotes and turns them into bookings."""

    def __init__(
        self, quotes: QuoteRepository, travel_queries: TravelQueryRepository, bookings: BookingService
    ) -> None:
        self._quotes = quotes
        self._travel_queries = travel_queries
        self._bookings = bookings

    async def create(self, draft: NewQuote) -> Quote:
        """Store a new quote; raise `NotFoundError` when its travel query is unknown."""
        await self._travel_query(draft.travel_query_id)
        quote = Quote(**draft.model_dump())
        await self._quotes.add(quote)
        _logger.info("quote created", extra={"quote_id": quote.id, "travel_query_id": quote.travel_query_id})
        return quote

    async def get(self, identifier: str) -> Quote:
        """Return the quote; raise `NotFoundError` for an unknown identifier."""
        return await find_or_fail(self._quotes, "quote", identifier)

    async def page(self, request: QuotePageRequest) -> Page[Quote]:
        """Return a part of the list of quotes."""
        return await self._quotes.page(request)

    async def send(self, identifier: str) -> Quote:
        """Send a draft, which is an answer to its travel query; raise `ConflictError` for any other."""
        quote = await self._move(identifier, QuoteStatus.DRAFT, QuoteStatus.SENT)
        await self._travel_queries.answer(quote.travel_query_id, f"Quote {quote.id}: {quote.price}")
        return quote

    async def accept(self, identifier: str) -> Quote:
        """Book what a sent quote offers and return the quote with the booking's identifier.

        Raises `ConflictError` for one that was not sent, or is no longer valid.
        """
        await self._expire_late_one(identifier)
        quote = await self._cut_off(identifier) or await self._move(
            identifier, QuoteStatus.SENT, QuoteStatus.ACCEPTED, identifier
        )
        try:
            await self._bookings.create(await self._booking_of(quote), quote.id)
        except Exception:
            await self._take_back(quote)
            raise
        return quote

    async def _cut_off(self, identifier: str) -> Quote | None:
        """Return the quote where it was accepted by a process that died before it had made the booking."""
        quote = await self.get(identifier)
        if quote.status is not QuoteStatus.ACCEPTED:
            return None
        try:
            await self._bookings.get(quote.booking_id or quote.id)
        except NotFoundError:
            return quote
        return None

    async def _expire_late_one(self, identifier: str) -> None:
        quote = await self.get(identifier)
        if quote.valid_until < utc_now().date():
            await self._quotes.change_status(quote.id, before=QuoteStatus.SENT, after=QuoteStatus.EXPIRED)

    async def _move(
        self, identifier: str, before: QuoteStatus, after: QuoteStatus, booking_id: str | None = None
    ) -> Quote:
        moved = (
            await self._quotes.change_status(identifier, before=before, after=after, booking_id=booking_id)
            if is_identifier(identifier)
            else None
        )
        if moved is None:
            found = await self.get(identifier)
            raise ConflictError(f"The quote is {found.status}, not {before}")
        _logger.info("quote %s", after, extra={"quote_id": identifier})
        return moved

    async def _take_back(self, quote: Quote) -> None:
        try:
            await self._quotes.change_status(quote.id, before=QuoteStatus.ACCEPTED, after=QuoteStatus.SENT)
        except UnavailableError:
            _logger.error("quote kept as accepted without a booking", extra={"quote_id": quote.id})

    async def _booking_of(self, quote: Quote) -> NewBooking:
        travel_query = await self._travel_query(quote.travel_query_id)
        trip = travel_query.model_dump(include={"customer_id", *_TRIP})
        return NewBooking(**trip, travel_query_id=travel_query.id, price=quote.price)

    async def _travel_query(self, identifier: str) -> TravelQuery:
        return await find_or_fail(self._travel_queries, "travel query", identifier)
