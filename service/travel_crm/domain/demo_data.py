"""What the demo tenant begins with, so that no list is empty: people who asked and were sent a quote."""

from datetime import timedelta

from travel_crm.domain.customers import CustomerService, NewCustomer
from travel_crm.domain.fields import Money, utc_now
from travel_crm.domain.quote_service import QuoteService
from travel_crm.domain.quotes import NewQuote
from travel_crm.domain.service_levels import Priority
from travel_crm.domain.travel_queries import NewTravelQuery
from travel_crm.domain.travel_query_service import TravelQueryService

_PEOPLE = (
    ("Grace Hopper", "grace@example.com", "Reykjavík", Priority.NORMAL),
    ("Alan Turing", "alan@example.com", "Marrakesh", Priority.LOW),
    ("Åsa Müller", "asa@example.com", "Kyoto", Priority.HIGH),
)


async def create_demo_data(
    customers: CustomerService, travel_queries: TravelQueryService, quotes: QuoteService
) -> None:
    """Take in some people, and send each a quote, so that nobody waits; raise `UnavailableError`."""
    departs = utc_now().date() + timedelta(days=90)
    for name, email, destination, priority in _PEOPLE:
        customer = await customers.create(NewCustomer(name=name, email=email))
        asked = NewTravelQuery(
            customer_id=customer.id,
            destination=destination,
            departs_on=departs,
            returns_on=departs + timedelta(days=10),
            travellers=2,
            priority=priority,
        )
        query = await travel_queries.create(asked)
        price = Money(amount=189900, currency="EUR")
        quote = await quotes.create(NewQuote(travel_query_id=query.id, price=price))
        await quotes.send(quote.id)
