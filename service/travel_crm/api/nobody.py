"""Lets every request begin as nobody's.

A server may hand the context of one request to the next on the same connection, as uvicorn does with
pipelined ones: a record of the next would name the tenant of the one before.
"""

from starlette.types import ASGIApp, Receive, Scope, Send

from travel_crm.telemetry.tenant_context import enter_tenant


class NobodyMiddleware:
    """Forgets the tenant, until the request's key names one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Forget it, and go on."""
        enter_tenant(None)
        await self._app(scope, receive, send)
