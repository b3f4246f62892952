"""`/customers`: take in customers, find them, list them."""

from fastapi import APIRouter

from travel_crm.api.dependencies import PageQuery, ServicesOfApp
from travel_crm.api.error_body import documented
from travel_crm.domain.customers import Customer, NewCustomer
from travel_crm.domain.storing import Page

router = APIRouter(prefix="/customers", tags=["customers"])


@router.post("", status_code=201, summary="Take in a customer")
async def create_customer(draft: NewCustomer, services: ServicesOfApp) -> Customer:
    """Store a new customer."""
    return await services.customers.create(draft)


@router.get("/{customer_id}", summary="Find a customer", responses=documented(status_404="Unknown customer."))
async def get_customer(customer_id: str, services: ServicesOfApp) -> Customer:
    """Return one customer."""
    return await services.customers.get(customer_id)


@router.get("", summary="List customers")
async def list_customers(page: PageQuery, services: ServicesOfApp) -> Page[Customer]:
    """Return a part of the list, newest first."""
    return await services.customers.page(page)
