"""Customers are taken in and found again."""

import logging

import pytest

from tests.unit.travel_crm.conftest import Crm
from travel_crm.domain.customers import NewCustomer
from travel_crm.domain.errors import NotFoundError
from travel_crm.domain.fields import new_identifier
from travel_crm.domain.storing import PageRequest

pytestmark = pytest.mark.anyio


async def test_a_customer_is_kept_and_found(crm: Crm, caplog: pytest.LogCaptureFixture) -> None:
    """The log names the customer by id, not by name or address."""
    caplog.set_level(logging.INFO)

    customer = await crm.customers.create(NewCustomer(name="Ada", email="ada@example.com"))

    assert await crm.customers.get(customer.id) == customer
    assert getattr(caplog.records[-1], "customer_id") == customer.id  # noqa: B009
    assert "ada" not in caplog.text.lower()


@pytest.mark.parametrize("identifier", ["nope", "", new_identifier()])
async def test_an_unknown_customer(crm: Crm, identifier: str) -> None:
    """What has no identifier's form is not looked up at all."""
    with pytest.raises(NotFoundError, match="No customer has this id"):
        await crm.customers.get(identifier)

    assert crm.customer_store.reads == (1 if len(identifier) == 32 else 0)


async def test_the_list_begins_with_the_newest(crm: Crm) -> None:
    """A page says where it begins and how long the list is."""
    names = ["Ada", "Grace", "Edsger"]
    for name in names:
        await crm.customers.create(NewCustomer(name=name, email="someone@example.com"))

    page = await crm.customers.page(PageRequest(limit=2, offset=1))

    assert [customer.name for customer in page.items] == ["Grace", "Ada"]
    assert (page.limit, page.offset, page.total) == (2, 1, 3)
