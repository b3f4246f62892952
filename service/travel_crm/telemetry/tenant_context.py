"""Whose request or job is being worked on, for whatever is told about it: log records, spans, errors.

It is a name for telemetry and decides nothing: what a tenant may read is bound into its repositories.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from opentelemetry import trace

TENANT_ATTRIBUTE = "tenant.id"

_tenant: ContextVar[str | None] = ContextVar("travel_crm_tenant", default=None)


def current_tenant() -> str | None:
    """Return the tenant's identifier, None where nobody's work is done."""
    return _tenant.get()


def enter_tenant(tenant_id: str | None) -> None:
    """Name the tenant for the rest of the current task, and on the current span; None names nobody."""
    _tenant.set(tenant_id)
    if tenant_id is not None:
        trace.get_current_span().set_attribute(TENANT_ATTRIBUTE, tenant_id)


@contextmanager
def in_tenant(tenant_id: str) -> Iterator[None]:
    """Name the tenant for as long as the context lasts, and on the current span."""
    token = _tenant.set(tenant_id)
    trace.get_current_span().set_attribute(TENANT_ATTRIBUTE, tenant_id)
    try:
        yield
    finally:
        _tenant.reset(token)
