"""Tenants are recognised by their keys, which nobody can read from what is kept."""

import pytest

from tests.unit.travel_crm.fakes import InMemoryTenants
from travel_crm.domain.errors import UnauthorizedError
from travel_crm.domain.tenants import DemoTenant, TenantService

pytestmark = pytest.mark.anyio


async def test_a_new_tenant_is_recognised_by_its_key() -> None:
    """What is kept is a hash; two tenants have different keys."""
    store = InMemoryTenants()
    tenants = TenantService(store)

    one, key = await tenants.create("One")
    _, other_key = await tenants.create("Other")

    assert await tenants.recognise(key) == one
    assert key != other_key
    assert len(key) > 40
    assert not any(key in kept for kept in store.by_key)


@pytest.mark.parametrize("key", [None, "", "nonsense", "\udcff"])
async def test_everybody_else_is_not(key: str | None) -> None:
    """A missing key and an unknown one are told the same."""
    with pytest.raises(UnauthorizedError, match="missing or unknown"):
        await TenantService(InMemoryTenants()).recognise(key)


async def test_a_tenant_is_remembered_for_half_a_minute() -> None:
    """Not every request asks the store; a key that was taken away ends."""
    store, now = InMemoryTenants(), [0.0]
    tenants = TenantService(store, clock=lambda: now[0])
    _, key = await tenants.create("One")

    await tenants.recognise(key)
    await tenants.recognise(key)
    lookups = store.lookups
    store.by_key.clear()
    now[0] = 31

    assert lookups == 1
    with pytest.raises(UnauthorizedError):
        await tenants.recognise(key)


async def test_the_demo_tenant_is_made_when_it_is_asked_for() -> None:
    """By its key alone, and where the settings give one."""
    store = InMemoryTenants()
    tenants = TenantService(store, DemoTenant("demo-key-of-a-test"))

    with pytest.raises(UnauthorizedError):
        await tenants.recognise("another-key")
    before = len(store.by_key)
    demo = await tenants.recognise("demo-key-of-a-test")

    assert before == 0
    assert demo.name == "Demo Travel"
    assert await TenantService(store).recognise("demo-key-of-a-test") == demo
    assert "demo-key" not in repr(DemoTenant("demo-key-of-a-test"))
