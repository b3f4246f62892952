"""Travel queries: what a customer asks for, and until when they must have heard from the agency."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Protocol

from pydantic import BaseModel, ConfigDict, Field

from travel_crm.domain.fields import Identifier, Lines, Text, new_identifier, utc_now
from travel_crm.domain.service_levels import Priority
from travel_crm.domain.storing import PageRequest, Repository
from travel_crm.domain.trips import Trip


class TravelQueryStatus(StrEnum):
    """How far a travel query has come; an open one waits for its first answer."""

    OPEN = "open"
    ANSWERED = "answered"
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
                    "priority": "high",
                    "notes": "A quiet hotel near the river.",
                }
            ]
        }
    )

    customer_id: Identifier
    priority: Priority = Priority.NORMAL
    notes: Lines = ""


class TravelQuery(NewTravelQuery):
    """A travel query as it is kept."""

    model_config = ConfigDict(extra="ignore")

    id: Identifier = Field(default_factory=new_identifier)
    status: TravelQueryStatus = TravelQueryStatus.OPEN
    first_answer_due: datetime
    answer: str | None = None
    answered_at: datetime | None = None
    escalations: Annotated[int, Field(description="How often the first answer was late already.")] = 0
    created_at: datetime = Field(default_factory=utc_now)


class Answer(BaseModel):
    """The first answer to a travel query."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={"examples": [{"text": "We have found you a quiet hotel near the river."}]},
    )

    text: Text


class TravelQueryPageRequest(PageRequest):
    """Which travel queries are wanted."""

    status: TravelQueryStatus | None = None
    priority: Priority | None = None
    customer_id: Identifier | None = None


class TravelQueryRepository(Repository[TravelQuery], Protocol):
    """Keeps travel queries."""

    async def answer(self, identifier: str, text: str) -> TravelQuery | None:
        """Answer an open travel query and return it; None when it is unknown or no longer open."""
        ...

    async def mark_booked(self, identifier: str) -> None:
        """Set the status to booked; an unknown identifier changes nothing."""
        ...
