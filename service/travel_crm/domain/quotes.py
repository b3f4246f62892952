"""Quotes: what a journey would cost, from draft to booking."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from pydantic import BaseModel, ConfigDict, Field

from travel_crm.domain.fields import Day, Identifier, Money, new_identifier, utc_now
from travel_crm.domain.storing import PageRequest, Repository

_VALID_FOR = timedelta(days=14)


class QuoteStatus(StrEnum):
    """The states of a quote: only a sent one can be accepted, and one that is not in time expires."""

    DRAFT = "draft"
    SENT = "sent"
    ACCEPTED = "accepted"
    EXPIRED = "expired"


class NewQuote(BaseModel):
    """What is needed to draw up a quote."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [
                {
                    "travel_query_id": "3f0c1f4de7a94c1bb3a9b0c7a5e2d861",
                    "price": {"amount": 129900, "currency": "EUR"},
                    "valid_until": "2027-04-01",
                }
            ]
        },
    )

    travel_query_id: Identifier
    price: Money
    valid_until: Day = Field(
        default_factory=lambda: (utc_now() + _VALID_FOR).date(),
        description="The last day on which it can be accepted; by default two weeks from now.",
    )


class Quote(NewQuote):
    """A quote as it is kept."""

    model_config = ConfigDict(extra="ignore")

    id: Identifier = Field(default_factory=new_identifier)
    status: QuoteStatus = QuoteStatus.DRAFT
    booking_id: Identifier | None = None
    created_at: datetime = Field(default_factory=utc_now)
    updated_at: datetime = Field(default_factory=utc_now)


class QuotePageRequest(PageRequest):
    """Which quotes are wanted."""

    status: QuoteStatus | None = None
    travel_query_id: Identifier | None = None


class QuoteRepository(Repository[Quote], Protocol):
    """Keeps quotes."""

    async def change_status(
        self, identifier: str, *, before: QuoteStatus, after: QuoteStatus, booking_id: str | None = None
    ) -> Quote | None:
        """Move a quote from one state to another in one step, and its booking with it.

        Return it as it is then, or None when it is unknown or in any other state than `before`.
        """
        ...
