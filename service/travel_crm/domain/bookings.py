"""Bookings: their data, their states, and what the use cases expect of the store and the cache."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol

from pydantic import ConfigDict, Field

from travel_crm.domain.fields import Identifier, Money, new_identifier, utc_now
from travel_crm.domain.storing import Page, PageRequest, Repository
from travel_crm.domain.trips import Trip


class BookingStatus(StrEnum):
    """The states of a booking: pending until it is paid, then confirmed; pending ones can be cancelled."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class NewBooking(Trip):
    """What is needed to book."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "customer_id": "3f0c1f4de7a94c1bb3a9b0c7a5e2d861",
                    "destination": "Lisbon",
                    "departs_on": "2027-05-03",
                    "returns_on": "2027-05-10",
                    "travellers": 2,
                    "price": {"amount": 129900, "currency": "EUR"},
                }
            ]
        }
    )

    customer_id: Identifier
    travel_query_id: Identifier | None = None
    price: Money


class Booking(NewBooking):
    """A booking as it is kept."""

    model_config = ConfigDict(extra="ignore")

    id: Identifier = Field(default_factory=new_identifier)
    status: BookingStatus = BookingStatus.PENDING
    created_at: datetime = Field(default_factory=utc_now)
    updated_at: datetime = Field(default_factory=utc_now)


class BookingPageRequest(PageRequest):
    """Which bookings are wanted."""

    status: BookingStatus | None = None
    customer_id: Identifier | None = None


class BookingRepository(Repository[Booking], Protocol):
    """Keeps bookings."""

    async def remove(self, identifier: str) -> None:
        """Forget a booking; an unknown identifier changes nothing."""
        ...

    async def change_status(
        self, identifier: str, *, before: BookingStatus, after: BookingStatus
    ) -> Booking | None:
        """Move a booking from one state to another in one step.

        Return it as it is then, or None when it is unknown or in any other state than `before`.
        """
        ...


class BookingCache(Protocol):
    """Keeps what one tenant read lately. It never fails: without it every read goes to the store."""

    async def get(self, identifier: str) -> Booking | None:
        """Return a booking that was put here and is still fresh."""
        ...

    async def put(self, booking: Booking) -> None:
        """Keep a booking for a while."""
        ...

    async def get_page(self, request: BookingPageRequest) -> Page[Booking] | None:
        """Return a part of the list that was put here and is still fresh."""
        ...

    async def put_page(self, request: BookingPageRequest, page: Page[Booking]) -> None:
        """Keep a part of the list for a while."""
        ...

    async def invalidate(self, identifier: str) -> None:
        """Forget one booking, and every part of the list, since any of them may hold it."""
        ...
