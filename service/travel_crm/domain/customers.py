"""Customers: the people who travel, and how they are reached."""

import logging
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from travel_crm.domain.fields import (
    EmailAddress,
    Identifier,
    Line,
    PhoneNumber,
    new_identifier,
    utc_now,
)
from travel_crm.domain.storing import Page, PageRequest, Repository, find_or_fail

_logger = logging.getLogger(__name__)


class NewCustomer(BaseModel):
    """What is needed to take in a customer."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "examples": [{"name": "Ada Lovelace", "email": "ada@example.com", "phone": "+44 20 7946 0018"}]
        },
    )

    name: Line
    email: EmailAddress
    phone: PhoneNumber | None = None


class Customer(NewCustomer):
    """A customer as it is kept."""

    model_config = ConfigDict(extra="ignore")

    id: Identifier = Field(default_factory=new_identifier)
    created_at: datetime = Field(default_factory=utc_now)


class CustomerService:
    """Takes in customers and finds them again."""

    def __init__(self, customers: Repository[Customer]) -> None:
        self._customers = customers

    async def create(self, draft: NewCustomer) -> Customer:
        """Store a new customer and return it."""
        customer = Customer(**draft.model_dump())
        await self._customers.add(customer)
        _logger.info("customer created", extra={"customer_id": customer.id})
        return customer

    async def get(self, identifier: str) -> Customer:
        """Return the customer; raise `NotFoundError` for an unknown identifier."""
        return await find_or_fail(self._customers, "customer", identifier)

    async def page(self, request: PageRequest) -> Page[Customer]:
        """Return a part of the list of customers."""
        return await self._customers.page(request)
