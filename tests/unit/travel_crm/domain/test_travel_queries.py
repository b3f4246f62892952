"""Travel queries belong to customers that are known, and wait for an answer until they have one."""

import pytest

from tests.unit.travel_crm.conftest import SERVICE_LEVELS, Crm
from travel_crm.domain.errors import ConflictError, NotFoundError
from travel_crm.domain.fields import new_identifier
from travel_crm.domain.service_levels import Priority
from travel_crm.domain.travel_queries import Answer, TravelQueryPageRequest, TravelQueryStatus

pytestmark = pytest.mark.anyio


async def test_a_travel_query_is_open_at_first(crm: Crm) -> None:
    """It is found under its id, and is not booked yet."""
    travel_query = await crm.travel_queries.create(await crm.query_draft())

    assert await crm.travel_queries.get(travel_query.id) == travel_query
    assert travel_query.status is TravelQueryStatus.OPEN


@pytest.mark.parametrize("priority", list(Priority))
async def test_the_priority_says_when_the_answer_is_due(crm: Crm, priority: Priority) -> None:
    """The time runs from when it was taken in."""
    travel_query = await crm.travel_queries.create(await crm.query_draft(priority=priority))

    waits = travel_query.first_answer_due - travel_query.created_at
    assert waits == SERVICE_LEVELS.first_answer_within[priority]


async def test_nobody_unknown_asks(crm: Crm) -> None:
    """Nothing is stored for a customer that is not there."""
    with pytest.raises(NotFoundError, match="No customer has this id"):
        await crm.travel_queries.create(await crm.query_draft(customer_id=new_identifier()))

    assert not crm.travel_query_store.entities


async def test_it_is_answered_once(crm: Crm) -> None:
    """The first answer is the one that counts."""
    travel_query = await crm.travel_queries.create(await crm.query_draft())

    answered = await crm.travel_queries.answer(travel_query.id, Answer(text="Of course."))
    with pytest.raises(ConflictError, match="answered, no longer open"):
        await crm.travel_queries.answer(travel_query.id, Answer(text="Once more."))

    assert (answered.status, answered.answer) == (TravelQueryStatus.ANSWERED, "Of course.")
    assert answered.answered_at is not None


async def test_answering_what_nobody_asked(crm: Crm) -> None:
    """An unknown id is unknown, well formed or not."""
    for identifier in (new_identifier(), "nope"):
        with pytest.raises(NotFoundError):
            await crm.travel_queries.answer(identifier, Answer(text="Of course."))


async def test_booking_a_travel_query_marks_it(crm: Crm) -> None:
    """The query that a booking came from is booked."""
    travel_query = await crm.travel_queries.create(await crm.query_draft())
    booking = await crm.draft(customer_id=travel_query.customer_id, travel_query_id=travel_query.id)

    await crm.bookings.create(booking)

    assert (await crm.travel_queries.get(travel_query.id)).status is TravelQueryStatus.BOOKED


async def test_a_part_of_the_list_by_what_is_wanted(crm: Crm) -> None:
    """Only those, and their number."""
    urgent = await crm.travel_queries.create(await crm.query_draft(priority="urgent"))
    await crm.travel_queries.create(await crm.query_draft())

    page = await crm.travel_queries.page(TravelQueryPageRequest(priority=Priority.URGENT))

    assert (page.items, page.total) == ([urgent], 1)
