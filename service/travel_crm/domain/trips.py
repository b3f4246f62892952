"""What a travel query and a booking have in common: where to, when, how many."""

from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from travel_crm.domain.fields import Day, Line, Travellers


class Trip(BaseModel):
    """A journey somebody asks for or has booked."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    destination: Line
    departs_on: Day
    returns_on: Day
    travellers: Travellers

    @model_validator(mode="after")
    def returns_after_it_departs(self) -> Self:
        """Refuse a journey that ends before it begins."""
        if self.returns_on < self.departs_on:
            raise ValueError("returns_on is before departs_on")
        return self
