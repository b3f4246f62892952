"""What can be done with bookings: store, cache and queue, in the order that keeps them honest.

The store has no transactions, so the order of steps is the design: a booking is written before its
confirmation is enqueued (the worker must find it), and taken back when the queue does not take the job.
A crash between the two leaves a booking without an e-mail, never an e-mail without a booking.
"""

import logging

from travel_crm.domain.bookings import (
    Booking,
    BookingCache,
    BookingPageRequest,
    BookingRepository,
    BookingStatus,
    NewBooking,
)
from travel_crm.domain.counting import Count
from travel_crm.domain.customers import Customer
from travel_crm.domain.errors import ConflictError, UnavailableError
from travel_crm.domain.fields import is_identifier
from travel_crm.domain.jobs import JobKind, JobQueue
from travel_crm.domain.storing import Page, Repository, find_or_fail
from travel_crm.domain.travel_queries import TravelQueryRepository

_logger = logging.getLogger(__name__)


class BookingService:
    """Makes, finds, confirms and cancels bookings."""

    def __init__(
        self,
        bookings: BookingRepository,
        customers: Repository[Customer],
        travel_queries: TravelQueryRepository,
        cache: BookingCache,
        jobs: JobQueue,
        count: Count,
    ) -> None:
        self._bookings = bookings
        self._customers = customers
        self._travel_queries = travel_queries
        self._cache = cache
        self._jobs = jobs
        self._count = count

    async def create(self, draft: NewBooking) -> Booking:
        """Store a new booking and have its confirmation sent by e-mail.

        Raises `NotFoundError` when the customer or the travel query is unknown, `ConflictError` when the
        travel query is another customer's, `UnavailableError` when the store or the queue does not answer;
        then nothing is booked.
        """
        await find_or_fail(self._customers, "customer", draft.customer_id)
        await self._check_travel_query(draft)
        booking = Booking(**draft.model_dump())
        await self._store(booking)
        _logger.info("booking created", extra={"booking_id": booking.id, "customer_id": booking.customer_id})
        return booking

    async def get(self, identifier: str) -> Booking:
        """Return the booking, from the cache when it is there.

        A reader that raced with a change may see the former state for as long as the cache keeps it.
        """
        cached = await self._cache.get(identifier) if is_identifier(identifier) else None
        if cached is not None:
            return cached
        booking = await find_or_fail(self._bookings, "booking", identifier)
        await self._cache.put(booking)
        return booking

    async def page(self, request: BookingPageRequest) -> Page[Booking]:
        """Return a part of the list of bookings, from the cache when it is there."""
        cached = await self._cache.get_page(request)
        if cached is not None:
            return cached
        page = await self._bookings.page(request)
        await self._cache.put_page(request, page)
        return page

    async def require_pending(self, identifier: str) -> Booking:
        """Return the booking as the store has it; raise `ConflictError` unless it is pending."""
        booking = await find_or_fail(self._bookings, "booking", identifier)
        if booking.status is not BookingStatus.PENDING:
            raise ConflictError(f"The booking is {booking.status}, no longer pending")
        return booking

    async def confirm(self, identifier: str) -> Booking:
        """Confirm a pending booking; raise `NotFoundError` or `ConflictError` when it is none."""
        return await self._leave_pending(identifier, BookingStatus.CONFIRMED)

    async def cancel(self, identifier: str) -> Booking:
        """Cancel a pending booking; raise `NotFoundError` or `ConflictError` when it is none."""
        return await self._leave_pending(identifier, BookingStatus.CANCELLED)

    async def _leave_pending(self, identifier: str, status: BookingStatus) -> Booking:
        booking = await self._bookings.change_status(identifier, before=BookingStatus.PENDING, after=status)
        if booking is None:
            await self.require_pending(identifier)
            raise ConflictError("The booking was changed by somebody else; try again")
        await self._cache.invalidate(identifier)
        _logger.info("booking %s", status, extra={"booking_id": identifier})
        return booking

    async def _check_travel_query(self, draft: NewBooking) -> None:
        if draft.travel_query_id is None:
            return
        travel_query = await find_or_fail(self._travel_queries, "travel query", draft.travel_query_id)
        if travel_query.customer_id != draft.customer_id:
            raise ConflictError("The travel query is another customer's")

    async def _store(self, booking: Booking) -> None:
        try:
            await self._bookings.add(booking)
            await self._cache.invalidate(booking.id)
            await self._enqueue_confirmation(booking)
        except Exception:
            self._count(status="failed")
            raise
        self._count(status=str(booking.status))
        if booking.travel_query_id:
            await self._travel_queries.mark_booked(booking.travel_query_id)

    async def _enqueue_confirmation(self, booking: Booking) -> None:
        try:
            await self._jobs.enqueue(JobKind.BOOKING_CONFIRMATION, {"booking_id": booking.id})
        except UnavailableError:
            await self._take_back(booking)
            raise

    async def _take_back(self, booking: Booking) -> None:
        try:
            await self._bookings.remove(booking.id)
        except UnavailableError:
            _logger.error("booking kept without a confirmation", extra={"booking_id": booking.id})
