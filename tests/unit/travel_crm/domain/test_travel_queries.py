"""Travel queries belong to customers that are known."""

from datetime import date

import pytest

from tests.unit.travel_crm.conftest import Crm
from travel_crm.domain.errors import NotFoundError
from travel_crm.domain.fields import new_identifier
from travel_crm.domain.travel_queries import NewTravelQuery, TravelQueryStatus

pytestmark = pytest.mark.anyio


def draft(customer_id: str) -> NewTravelQuery:
    """Return a travel query of a customer."""
    return NewTravelQuery(
        customer_id=customer_id,
        destination="Lisbon",
        departs_on=date(2027, 5, 3),
        returns_on=date(2027, 5, 10),
        travellers=2,
    )


async def test_a_travel_query_is_open_at_first(crm: Crm) -> None:
    """It is found under its id, and is not booked yet."""
    customer = await crm.customer()

    travel_query = await crm.travel_queries.create(draft(customer.id))

    assert await crm.travel_queries.get(travel_query.id) == travel_query
    assert travel_query.status is TravelQueryStatus.OPEN


async def test_nobody_unknown_asks(crm: Crm) -> None:
    """Nothing is stored for a customer that is not there."""
    with pytest.raises(NotFoundError, match="No customer has this id"):
        await crm.travel_queries.create(draft(new_identifier()))

    assert not crm.travel_query_store.entities


async def test_booking_a_travel_query_marks_it(crm: Crm) -> None:
    """The query that a booking came from is booked."""
    customer = await crm.customer()
    travel_query = await crm.travel_queries.create(draft(customer.id))

    await crm.bookings.create(await crm.draft(customer_id=customer.id, travel_query_id=travel_query.id))

    assert (await crm.travel_queries.get(travel_query.id)).status is TravelQueryStatus.BOOKED
