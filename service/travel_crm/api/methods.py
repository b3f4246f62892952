"""Which methods a path takes: HEAD wherever it takes GET, and all of them in the answer to another one.

FastAPI answers 405 from the first of a path's routes, which knows its own methods alone.
https://www.rfc-editor.org/rfc/rfc9110#name-allow
"""

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import Match


def create_head_router(router: APIRouter) -> APIRouter:
    """Return what answers HEAD where the router answers GET; the server leaves the body out."""
    heads = APIRouter()
    for route in router.routes:
        if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
            heads.add_api_route(route.path, route.endpoint, methods=["HEAD"], include_in_schema=False)
    return heads


def allowed_methods(request: Request) -> str:
    """Return the methods that the request's path takes, as the header `Allow` has them."""
    methods: set[str] = set()
    for route in iter_route_contexts(request.app.routes):
        if route.matches(request.scope)[0] is not Match.NONE:
            methods.update(route.methods or ())
    return ", ".join(sorted(methods))
