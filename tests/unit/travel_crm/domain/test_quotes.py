"""Quotes: from draft to booking, once, and in time."""

from asyncio import CancelledError
from datetime import date
from unittest.mock import AsyncMock

import pytest

from tests.unit.travel_crm.conftest import Crm
from tests.unit.travel_crm.fakes import away_for
from travel_crm.domain.bookings import BookingStatus
from travel_crm.domain.errors import ConflictError, NotFoundError, UnavailableError
from travel_crm.domain.fields import Money, new_identifier
from travel_crm.domain.quotes import NewQuote, Quote, QuotePageRequest, QuoteStatus
from travel_crm.domain.travel_queries import TravelQueryStatus

pytestmark = pytest.mark.anyio


async def drafted(crm: Crm, **fields: object) -> Quote:
    """Draw up a quote for a new travel query."""
    query = await crm.travel_queries.create(await crm.query_draft())
    price = Money(amount=129900, currency="EUR")
    known = {"travel_query_id": query.id, "price": price}
    return await crm.quotes.create(NewQuote.model_validate(known | fields))


async def test_from_draft_to_booking(crm: Crm) -> None:
    """Sending answers the travel query; accepting books what was asked for at the price that was offered."""
    quote = await drafted(crm)

    sent = await crm.quotes.send(quote.id)
    answered = await crm.travel_queries.get(quote.travel_query_id)
    accepted = await crm.quotes.accept(quote.id)

    assert (quote.status, sent.status, accepted.status) == ("draft", "sent", "accepted")
    assert answered.status is TravelQueryStatus.ANSWERED
    assert accepted.booking_id is not None
    booking = await crm.bookings.get(accepted.booking_id)
    assert (booking.price, booking.status) == (quote.price, BookingStatus.PENDING)
    assert (booking.travel_query_id, booking.destination) == (quote.travel_query_id, "Lisbon")
    assert (await crm.quotes.page(QuotePageRequest(status=QuoteStatus.ACCEPTED))).items == [accepted]


async def test_a_quote_is_accepted_once(crm: Crm) -> None:
    """The second one makes no second booking."""
    quote = await drafted(crm)
    await crm.quotes.send(quote.id)
    await crm.quotes.accept(quote.id)

    with pytest.raises(ConflictError, match="accepted, not sent"):
        await crm.quotes.accept(quote.id)

    assert len(crm.booking_store.entities) == 1


async def test_a_draft_cannot_be_accepted(crm: Crm) -> None:
    """Nor can a quote that nobody knows."""
    quote = await drafted(crm)

    with pytest.raises(ConflictError, match="draft, not sent"):
        await crm.quotes.accept(quote.id)
    with pytest.raises(NotFoundError):
        await crm.quotes.accept(new_identifier())


async def test_a_quote_that_is_over_expires(crm: Crm) -> None:
    """Whoever accepts it late is told so."""
    quote = await drafted(crm, valid_until=date(2020, 1, 1))
    await crm.quotes.send(quote.id)

    with pytest.raises(ConflictError, match="expired, not sent"):
        await crm.quotes.accept(quote.id)

    assert not crm.booking_store.entities


async def test_a_quote_without_a_booking_goes_back(crm: Crm) -> None:
    """It can be accepted when the queue is there again."""
    quote = await drafted(crm)
    await crm.quotes.send(quote.id)
    crm.jobs.reachable = False

    with pytest.raises(UnavailableError):
        await crm.quotes.accept(quote.id)
    crm.jobs.reachable = True

    assert (await crm.quotes.accept(quote.id)).status is QuoteStatus.ACCEPTED


async def test_a_quote_is_accepted_where_the_travel_query_cannot_be_marked(
    crm: Crm, caplog: pytest.LogCaptureFixture
) -> None:
    """The booking is made, and the caller is told so; what is left undone is an error in the log."""
    quote = await drafted(crm)
    await crm.quotes.send(quote.id)

    with away_for(crm.travel_query_store, "mark_booked"):
        accepted = await crm.quotes.accept(quote.id)

    assert accepted.booking_id in crm.booking_store.entities
    assert "travel query not marked as booked" in caplog.messages


async def test_accepting_that_was_cut_off_makes_no_second_booking(crm: Crm) -> None:
    """The booking that could not be taken back is the one that the second try finds."""
    quote = await drafted(crm)
    await crm.quotes.send(quote.id)

    crm.jobs.reachable = False
    with away_for(crm.booking_store, "remove"), pytest.raises(UnavailableError):
        await crm.quotes.accept(quote.id)
    crm.jobs.reachable = True
    accepted = await crm.quotes.accept(quote.id)

    assert list(crm.booking_store.entities) == [accepted.booking_id]
    assert [payload for _, payload in crm.jobs.jobs] == [{"booking_id": accepted.booking_id}]
    query = await crm.travel_queries.get(quote.travel_query_id)
    assert query.status is TravelQueryStatus.BOOKED


async def test_a_quote_whose_acceptance_died_with_its_process(
    crm: Crm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Accepting it again makes the booking that was not made."""
    quote = await drafted(crm)
    await crm.quotes.send(quote.id)

    with monkeypatch.context() as patch:
        patch.setattr(crm.booking_store, "add", AsyncMock(side_effect=CancelledError))
        with pytest.raises(CancelledError):
            await crm.quotes.accept(quote.id)
    accepted = await crm.quotes.accept(quote.id)

    assert list(crm.booking_store.entities) == [accepted.booking_id]
    with pytest.raises(ConflictError, match="accepted, not sent"):
        await crm.quotes.accept(quote.id)


async def test_a_quote_for_what_nobody_asked(crm: Crm) -> None:
    """Nothing is stored."""
    with pytest.raises(NotFoundError, match="No travel query"):
        await drafted(crm, travel_query_id=new_identifier())

    assert not crm.quote_store.entities
