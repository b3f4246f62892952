"""What route functions ask for: the use cases of the tenant whose key came with the request."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyHeader

from travel_crm.bootstrap import Services
from travel_crm.telemetry.tenant_context import enter_tenant
from travel_crm.use_cases import UseCases

_API_KEY = APIKeyHeader(
    name="X-API-Key",
    auto_error=False,
    description="The tenant's key. `make up`, `make demo` and `make status` print the demo tenant's.",
)


async def _services_of(request: Request) -> Services:
    return request.app.state.services


ServicesOfApp = Annotated[Services, Depends(_services_of)]


async def _use_cases_of(
    services: ServicesOfApp, key: Annotated[str | None, Security(_API_KEY)]
) -> AsyncIterator[UseCases]:
    with services.time_limit():
        tenant = await services.tenants.recognise(key)
        enter_tenant(tenant.id)
        yield services.of(tenant.id)


UseCasesOfTenant = Annotated[UseCases, Depends(_use_cases_of)]
