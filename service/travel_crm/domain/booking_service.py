"""What can be done with bookings: store, cache and queue, in the order that keeps them honest.

The store has no transactions, so the order of steps is the design: a booking is written before its
confirmation is enqueued (the worker must find it), and taken back when the queue does not take the job.
A crash between the two leaves a booking without an e-mail. An e-mail without a booking takes a queue that
took the job, lost its answer, and gave the job to a worker before the booking was taken back.

Paying and cancelling exclude each other by a claim on the booking, from before the money moves until the
booking is confirmed.
"""

import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from travel_crm.domain.bookings import (
    Booking,
    BookingCache,
    BookingPageRequest,
    BookingStatus,
    NewBooking,
)
from travel_crm.domain.claims import Claims, claimed
from travel_crm.domain.counting import Count
from travel_crm.domain.errors import AlreadyStoredError, ConflictError, UnavailableError
from travel_crm.domain.fields import is_identifier, new_identifier
from travel_crm.domain.jobs import JobKind, JobQueue
from travel_crm.domain.payments import Payment, PaymentStatus
from travel_crm.domain.stores import Stores
from travel_crm.domain.storing import Page, find_or_fail

_HELD = "The booking is being paid for or cancelled right now; try again in a moment"

_logger = logging.getLogger(__name__)


class BookingService:
    """Makes, finds, confirms and cancels bookings."""

    def __init__(
        self,
        stores: Stores,
        cache: BookingCache,
        jobs: JobQueue,
        claims: Claims,
        count: Count,
    ) -> None:
        self._stores = stores
        self._cache = cache
        self._jobs = jobs
        self._claims = claims
        self._count = count

    async def create(self, draft: NewBooking, identifier: str | None = None) -> Booking:
        """Store a new booking and have its confirmation sent by e-mail.

        With `identifier`, what was booked under it before is returned. Raises `NotFoundError` when the
        customer or the travel query is unknown, `ConflictError` when the travel query is another customer's,
        `UnavailableError` when the store or the queue does not answer; then nothing is booked.
        """
        await find_or_fail(self._stores.customers, "customer", draft.customer_id)
        await self._check_travel_query(draft)
        booking = Booking(**draft.model_dump(), id=identifier or new_identifier())
        try:
            await self._store(booking)
        except AlreadyStoredError:
            return await self._made_before(booking.id)
        _logger.info("booking created", extra={"booking_id": booking.id, "customer_id": booking.customer_id})
        return booking

    async def _made_before(self, identifier: str) -> Booking:
        """Return the booking, and make up for what the try that stored it may not have come to."""
        booking = await find_or_fail(self._stores.bookings, "booking", identifier)
        # The same message again is known by its id.
        await self._jobs.enqueue(JobKind.BOOKING_CONFIRMATION, {"booking_id": booking.id})
        await self._mark_travel_query(booking)
        return booking

    async def get(self, identifier: str) -> Booking:
        """Return the booking, from the cache when it is there.

        A reader that raced with a change may see the former state for as long as the cache keeps it.
        """
        cached = await self._cache.get(identifier) if is_identifier(identifier) else None
        if cached is not None:
            return cached
        booking = await find_or_fail(self._stores.bookings, "booking", identifier)
        await self._cache.put(booking)
        return booking

    async def page(self, request: BookingPageRequest) -> Page[Booking]:
        """Return a part of the list of bookings, from the cache when it is there."""
        cached = await self._cache.get_page(request)
        if cached is not None:
            return cached
        page = await self._stores.bookings.page(request)
        await self._cache.put_page(request, page)
        return page

    async def require_pending(self, identifier: str) -> Booking:
        """Return the booking as the store has it; raise `ConflictError` unless it is pending."""
        booking = await find_or_fail(self._stores.bookings, "booking", identifier)
        if booking.status is not BookingStatus.PENDING:
            raise ConflictError(f"The booking is {booking.status}, no longer pending")
        return booking

    @asynccontextmanager
    async def held(self, identifier: str) -> AsyncIterator[Sequence[Payment]]:
        """Have the booking to oneself: nobody else pays for it or cancels it as long as the context lasts.

        Returns the payments that were tried so far; where one of them was captured and its request then cut
        off, the booking is confirmed first. Raises `NotFoundError` for an unknown booking, `ConflictError`
        while somebody else has it.
        """
        await find_or_fail(self._stores.bookings, "booking", identifier)
        async with claimed(self._claims, identifier, _HELD):
            payments = await self._stores.payments.of_booking(identifier)
            for payment in payments:
                await self.confirm(payment)
            yield payments

    async def confirm(self, payment: Payment) -> None:
        """Confirm the booking that a captured payment is for, and have a receipt sent.

        Done again it changes nothing, so that it can be made up for. Any other payment changes nothing.
        """
        if payment.status is not PaymentStatus.CAPTURED:
            return
        booking = await find_or_fail(self._stores.bookings, "booking", payment.booking_id)
        if booking.status is BookingStatus.PENDING:
            # First what can be done twice without harm: the same receipt again is known by its id.
            await self._enqueue_receipt(payment)
            with suppress(ConflictError):
                await self._leave_pending(booking.id, BookingStatus.CONFIRMED)

    async def cancel(self, identifier: str) -> Booking:
        """Cancel a pending booking; raise `NotFoundError` or `ConflictError` when it is none."""
        async with self.held(identifier):
            return await self._leave_pending(identifier, BookingStatus.CANCELLED)

    async def _leave_pending(self, identifier: str, status: BookingStatus) -> Booking:
        booking = await self._stores.bookings.change_status(
            identifier, before=BookingStatus.PENDING, after=status
        )
        if booking is None:
            await self.require_pending(identifier)
            raise ConflictError("The booking was changed by somebody else; try again")
        await self._cache.invalidate(identifier)
        _logger.info("booking %s", status, extra={"booking_id": identifier})
        return booking

    async def _check_travel_query(self, draft: NewBooking) -> None:
        if draft.travel_query_id is None:
            return
        travel_query = await find_or_fail(self._stores.travel_queries, "travel query", draft.travel_query_id)
        if travel_query.customer_id != draft.customer_id:
            raise ConflictError("The travel query is another customer's")

    async def _store(self, booking: Booking) -> None:
        try:
            await self._stores.bookings.add(booking)
            await self._cache.invalidate(booking.id)
            await self._enqueue_confirmation(booking)
        except UnavailableError:
            self._count(status="failed")
            raise
        self._count(status=str(booking.status))
        await self._mark_travel_query(booking)

    async def _mark_travel_query(self, booking: Booking) -> None:
        """Say that what was asked for is booked; the booking is made, so a store that is away is too late."""
        if booking.travel_query_id is None:
            return
        try:
            await self._stores.travel_queries.mark_booked(booking.travel_query_id)
        except UnavailableError:
            _logger.error("travel query not marked as booked", extra={"booking_id": booking.id})

    async def _enqueue_receipt(self, payment: Payment) -> None:
        """Have a receipt sent; the money has moved, so a queue that is away cannot take that back."""
        try:
            await self._jobs.enqueue(JobKind.PAYMENT_RECEIPT, {"payment_id": payment.id})
        except UnavailableError:
            _logger.error("payment kept without a receipt", extra={"payment_id": payment.id})

    async def _enqueue_confirmation(self, booking: Booking) -> None:
        try:
            await self._jobs.enqueue(JobKind.BOOKING_CONFIRMATION, {"booking_id": booking.id})
        except UnavailableError:
            await self._take_back(booking)
            raise

    async def _take_back(self, booking: Booking) -> None:
        try:
            await self._stores.bookings.remove(booking.id)
        except UnavailableError:
            _logger.error("booking kept without a confirmation", extra={"booking_id": booking.id})
