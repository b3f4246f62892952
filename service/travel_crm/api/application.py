"""The FastAPI application: routes, error answers, OpenAPI document; it holds the use cases while it runs."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI
from fastapi_offline import FastAPIOffline

from travel_crm.api import bookings, customers, health, payments, quotes, travel_queries
from travel_crm.api.body_limit import BodyLimitMiddleware
from travel_crm.api.error_body import documented
from travel_crm.api.errors import install_error_handlers
from travel_crm.api.methods import create_head_router
from travel_crm.api.nobody import NobodyMiddleware
from travel_crm.bootstrap import Services

_RESOURCES = (customers, travel_queries, quotes, bookings, payments)
_TAGS = [
    {"name": "customers", "description": "The people who travel."},
    {"name": "travel queries", "description": "What customers ask for."},
    {"name": "quotes", "description": "What they have been offered."},
    {"name": "bookings", "description": "What they have booked."},
    {"name": "payments", "description": "What they have paid."},
    {"name": "health", "description": "For whoever runs the service."},
]


def create_app(
    open_services: Callable[[], AbstractAsyncContextManager[Services]], *, tells_stack: bool = False
) -> FastAPI:
    """Return the application; `open_services` is entered when it starts and left when it stops.

    With `tells_stack` the answer to a failure that nobody foresaw holds its stack, for developers.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_services() as services:
            app.state.services = services
            app.state.started = time.monotonic()
            yield

    # Its /docs brings scripts and styles along: the page works where no content network is reached.
    app = FastAPIOffline(
        title="Travel CRM",
        summary="Customers, travel queries, quotes, bookings and payments of a travel agency.",
        version=version("travel-crm"),
        openapi_tags=_TAGS,
        lifespan=lifespan,
    )
    app.add_middleware(BodyLimitMiddleware)
    app.add_middleware(NobodyMiddleware)
    install_error_handlers(app, tells_stack=tells_stack)
    _include_routers(app)
    return app


def _include_routers(app: FastAPI) -> None:
    errors = documented(
        status_401="X-API-Key is missing or unknown.",
        status_413="The body is larger than 64 KiB.",
        status_422="Something in the request is not as it should be; the message names the field.",
        status_503="The document store or the job queue does not answer.",
    )
    for module in _RESOURCES:
        app.include_router(module.router, responses=errors)
    app.include_router(health.router)
    for module in (*_RESOURCES, health):
        app.include_router(create_head_router(module.router))
