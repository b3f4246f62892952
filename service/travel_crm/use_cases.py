"""The use cases of one tenant, and how they hang together.

Part of the bootstrap: `bootstrap` opens what is shared by all tenants, this binds it to one of them. It is
cheap, and done anew for each request.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from travel_crm.domain.booking_service import BookingService
from travel_crm.domain.bookings import BookingCache
from travel_crm.domain.claims import Claims
from travel_crm.domain.counting import Count
from travel_crm.domain.customers import CustomerService
from travel_crm.domain.idempotency import IdempotencyKeys
from travel_crm.domain.jobs import JobQueue
from travel_crm.domain.payment_service import PaymentService
from travel_crm.domain.payments import GatewayName, PaymentGateway
from travel_crm.domain.quote_service import QuoteService
from travel_crm.domain.service_levels import ServiceLevels
from travel_crm.domain.stores import Stores
from travel_crm.domain.travel_query_service import TravelQueryService


@dataclass(frozen=True)
class Shared:
    """What all tenants share, and how to get each one's part of it, by the tenant's identifier."""

    stores_of: Callable[[str], Stores]
    cache_of: Callable[[str], BookingCache]
    jobs_of: Callable[[str], JobQueue]
    booking_claims: Claims
    idempotency_keys_of: Callable[[str], IdempotencyKeys]
    gateways: Mapping[GatewayName, PaymentGateway]
    service_levels: ServiceLevels
    count_booking: Count
    count_payment: Count


@dataclass(frozen=True)
class UseCases:
    """What one tenant can do."""

    customers: CustomerService
    travel_queries: TravelQueryService
    quotes: QuoteService
    bookings: BookingService
    payments: PaymentService


def create_use_cases(shared: Shared, tenant_id: str) -> UseCases:
    """Return the use cases over what this tenant has, and nothing else."""
    stores, jobs = shared.stores_of(tenant_id), shared.jobs_of(tenant_id)
    cache = shared.cache_of(tenant_id)
    bookings = BookingService(stores, cache, jobs, shared.booking_claims, shared.count_booking)
    return UseCases(
        customers=CustomerService(stores.customers),
        travel_queries=TravelQueryService(stores.travel_queries, stores.customers, shared.service_levels),
        quotes=QuoteService(stores.quotes, stores.travel_queries, bookings),
        bookings=bookings,
        payments=PaymentService(
            stores.payments,
            bookings,
            shared.gateways,
            shared.idempotency_keys_of(tenant_id),
            shared.count_payment,
        ),
    )
