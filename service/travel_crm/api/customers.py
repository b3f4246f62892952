"""`/customers`: take in customers, find them, list them."""

from typing import Annotated

from fastapi import APIRouter, Query

from travel_crm.api.dependencies import UseCasesOfTenant
from travel_crm.api.error_body import documented
from travel_crm.domain.customers import Customer, NewCustomer
from travel_crm.domain.storing import Page, PageRequest

router = APIRouter(prefix="/customers", tags=["customers"])


@router.post("", status_code=201, summary="Take in a customer")
async def create_customer(draft: NewCustomer, tenant: UseCasesOfTenant) -> Customer:
    """Store a new customer."""
    return await tenant.customers.create(draft)


@router.get("/{customer_id}", summary="Find a customer", responses=documented(status_404="Unknown customer."))
async def get_customer(customer_id: str, tenant: UseCasesOfTenant) -> Customer:
    """Return one customer."""
    return await tenant.customers.get(customer_id)


@router.get("", summary="List customers")
async def list_customers(page: Annotated[PageRequest, Query()], tenant: UseCasesOfTenant) -> Page[Customer]:
    """Return a part of the list, newest first."""
    return await tenant.customers.page(page)
