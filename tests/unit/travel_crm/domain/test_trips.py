"""Journeys that cannot be."""

from datetime import date

import pytest
from pydantic import ValidationError

from travel_crm.domain.trips import Trip


def test_a_day_trip_returns_on_the_day_it_departs() -> None:
    """The shortest journey ends on the day it begins."""
    day = date(2027, 5, 3)

    assert Trip(destination="Lisbon", departs_on=day, returns_on=day, travellers=1).returns_on == day


def test_nobody_returns_before_departing() -> None:
    """The message names the field that is wrong."""
    with pytest.raises(ValidationError, match="returns_on is before departs_on"):
        Trip(destination="Lisbon", departs_on=date(2027, 5, 3), returns_on=date(2027, 5, 2), travellers=1)
