"""Everything that one tenant has in the document store."""

from dataclasses import dataclass

from travel_crm.domain.bookings import BookingRepository
from travel_crm.domain.customers import Customer
from travel_crm.domain.payments import PaymentRepository
from travel_crm.domain.quotes import QuoteRepository
from travel_crm.domain.storing import Repository
from travel_crm.domain.travel_queries import TravelQueryRepository


@dataclass(frozen=True)
class Stores:
    """The repositories of one tenant."""

    customers: Repository[Customer]
    travel_queries: TravelQueryRepository
    quotes: QuoteRepository
    bookings: BookingRepository
    payments: PaymentRepository
