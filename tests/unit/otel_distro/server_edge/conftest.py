"""A FastAPI application behind the server edge, and a client for it."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import fastapi
import httpx
import pytest
from fastapi import BackgroundTasks, FastAPI, HTTPException
from fastapi.responses import StreamingResponse
from opentelemetry import trace

from otel_distro.instrumentation.fastapi import DistroFastAPIInstrumentor

Client = Callable[..., httpx.Response]


items = fastapi.APIRouter()
routes = fastapi.APIRouter()


@items.get("/{item_id}")
def read_item(item_id: int) -> dict[str, int]:
    """Answer, or refuse item 0 with a 503."""
    if item_id == 0:
        raise HTTPException(503, "closed")
    return {"item": item_id}


@routes.get("/trace")
def current_trace() -> dict[str, str]:
    """Answer with the trace id that the application sees."""
    return {"trace": f"{trace.get_current_span().get_span_context().trace_id:032x}"}


@routes.get("/broken")
def broken() -> None:
    """Raise what nothing handles."""
    raise ValueError("no such luck")


@routes.get("/logged-and-broken")
def logged_and_broken() -> None:
    """Log an error, and raise it on."""
    try:
        raise ValueError("no such luck")
    except ValueError:
        logging.getLogger("shop").exception("gave up")
        raise


@routes.get("/of-a-tenant")
def of_a_tenant() -> None:
    """Say whose request it is."""
    attributes = {"tenant.id": "acme", "enduser.pseudo.id": "u-1", "enduser.id": "ada@example.com"}
    trace.get_current_span().set_attributes(attributes)


class UnspeakableError(Exception):
    """Raises where it is to be shown."""

    def __str__(self) -> str:
        raise RuntimeError("no text")


@routes.get("/unspeakable")
def unspeakable() -> None:
    """Raise what cannot be shown."""
    raise UnspeakableError


@routes.get("/background")
def background(tasks: BackgroundTasks) -> str:
    """Answer, and go on working."""
    tasks.add_task(asyncio.sleep, 0.3)
    return "done"


@routes.get("/failing-background")
def failing_background(tasks: BackgroundTasks) -> str:
    """Answer, and fail afterwards."""
    tasks.add_task(broken)
    return "done"


async def chunks() -> AsyncIterator[bytes]:
    """Yield once, then fail."""
    yield b"one"
    raise RuntimeError("mid-stream")


@routes.get("/stream")
def stream() -> StreamingResponse:
    """Begin a stream that breaks."""
    return StreamingResponse(chunks())


@routes.get("/own-header")
def own_header(response: fastapi.Response) -> str:
    """Answer with a trace id header of its own."""
    response.headers["X-Trace-ID"] = "mine"
    return "own"


@routes.websocket("/socket")
async def socket(websocket: fastapi.WebSocket) -> None:
    """Echo one text."""
    await websocket.accept()
    await websocket.send_text(await websocket.receive_text())
    await websocket.close()


def create_application() -> FastAPI:
    """Return an application with one route for each way that a request can go."""
    app = FastAPI()
    app.include_router(items, prefix="/v1/items")
    app.include_router(items, prefix="/v2/items")
    app.include_router(routes)
    mounted = FastAPI()
    mounted.include_router(items, prefix="/things")
    app.mount("/sub/{tenant}", mounted)
    return app


@pytest.fixture
def application() -> FastAPI:
    """Create the application before anything is instrumented."""
    return create_application()


@pytest.fixture
def instrument(telemetry: Any) -> Iterator[Callable[..., None]]:
    """Instrument FastAPI with the given arguments, and undo it after the test."""
    instrumentor = DistroFastAPIInstrumentor()

    def instrument(**kwargs: Any) -> None:
        instrumentor.instrument(skip_dep_check=True, **{**telemetry.providers, **kwargs})

    yield instrument
    instrumentor.uninstrument()


@pytest.fixture
def get(application: FastAPI) -> Client:
    """Send one request to the application, and return the answer even where it raised."""

    def get(path: str, *, method: str = "GET", **kwargs: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(application, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://crm.example") as client:
                return await client.request(method, path, **kwargs)

        return asyncio.run(send())

    return get
