"""The template of the route that served a request, in applications of any shape."""

import asyncio
from typing import Any

import pytest
from fastapi import APIRouter, FastAPI
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from otel_distro.instrumentation.route_templates import RouteTemplates


def answer(request: Request) -> PlainTextResponse:
    """Answer anything."""
    return PlainTextResponse(request.url.path)


def create_application() -> FastAPI:
    """Return an application with nested, mounted, converted and overlapping routes."""
    inner = APIRouter()
    inner.add_api_route("/{name}", lambda name: name, methods=["GET"])
    inner.add_api_route("/{name}", lambda name: name, methods=["POST"])
    inner.routes.append(Route("/plain/{number:int}", answer))
    middle = APIRouter(prefix="/middle")
    middle.include_router(inner, prefix="/inner")
    app = FastAPI()
    app.include_router(middle)
    app.include_router(middle, prefix="/again")
    app.router.routes.append(Mount("/files/{tenant}", routes=[Route("/{path:path}", answer)]))
    app.mount("/sub", FastAPI())
    app.mount("/raw", PlainTextResponse("raw"))
    return app


def served(app: FastAPI, path: str, method: str = "GET", root_path: str = "") -> dict[str, Any]:
    """Send one request, and return its scope as the router left it."""
    scope = {
        "type": "http",
        "path": path,
        "method": method,
        "headers": [],
        "query_string": b"name=x",
        "root_path": root_path,
    }

    async def receive() -> Any:
        return {"type": "http.request", "body": b""}

    async def send(_message: Any) -> None:
        return

    asyncio.run(app(scope, receive, send))
    return scope


@pytest.mark.parametrize(
    ("method", "path", "template"),
    [
        ("GET", "/middle/inner/x", "/middle/inner/{name}"),
        ("POST", "/again/middle/inner/x", "/again/middle/inner/{name}"),
        ("GET", "/again/middle/inner/plain/3", "/again/middle/inner/plain/{number}"),
        ("GET", "/files/acme/a/b", "/files/{tenant}/{path}"),
        ("GET", "/openapi.json", "/openapi.json"),
        ("GET", "/sub/docs", "/sub/docs"),
        ("GET", "/sub/nowhere", "/sub/{path}"),
        ("GET", "/raw/x", "/raw/{path}"),
    ],
)
def test_template_is_whole(method: str, path: str, template: str) -> None:
    """Each prefix on the way to the route is part of its template."""
    app = create_application()

    assert RouteTemplates(app.routes).find(served(app, path, method)) == template


@pytest.mark.parametrize(
    ("path", "template"),
    [
        ("/docs", "/docs"),
        ("/sub/docs", "/sub/docs"),
        ("/again/middle/inner/plain/3", "/again/middle/inner/plain/{number}"),
        ("/middle/inner/x", "/middle/inner/{name}"),
    ],
)
def test_method_that_a_route_does_not_take_has_its_template(path: str, template: str) -> None:
    """What is answered with 405 has been found, all the same."""
    app = create_application()

    assert RouteTemplates(app.routes).find(served(app, path, "PUT")) == template


def test_root_path_is_part_of_it() -> None:
    """An application behind a proxy that forwards the prefix keeps it in the template."""
    app = create_application()

    scope = served(app, "/api/middle/inner/x", root_path="/api")

    assert RouteTemplates(app.routes).find(scope) == "/api/middle/inner/{name}"
