"""The edge around applications of any class, with any arguments: nothing of theirs changes."""

import asyncio
import gc
import inspect
import traceback
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from httpx import ASGITransport

from otel_distro.instrumentation.fastapi import DistroFastAPIInstrumentor
from otel_distro.settings import Settings


@dataclass(eq=True)
class Unhashable(FastAPI):
    """An application that is equal to each of its kind, and has no hash."""

    name: str = "crm"

    def __post_init__(self) -> None:
        """Become an application."""
        super().__init__()


def ask(application: FastAPI, path: str = "/") -> httpx.Response:
    """Send one request, and raise what the application raises."""

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=ASGITransport(application), base_url="http://crm") as client:
            return await client.get(path)

    return asyncio.run(send())


def test_application_without_a_hash_is_served(telemetry: Any, instrument: Any) -> None:
    """Two that are equal keep an edge each."""
    instrument()
    applications = [Unhashable(), Unhashable()]
    for number, application in enumerate(applications):
        application.add_api_route(f"/{number}", lambda: "here")

    answers = [ask(application, f"/{number}").status_code for number, application in enumerate(applications)]

    assert answers == [200, 200]
    assert [span.name for span in telemetry.server_spans] == ["GET /0", "GET /1"]


def test_edge_goes_with_its_application(instrument: Any) -> None:
    """An application that nobody holds any more leaves nothing behind."""
    instrument()
    application = Unhashable()
    ask(application)
    identity = id(application)

    del application
    gc.collect()

    assert identity not in DistroFastAPIInstrumentor._edges._by_identity  # pyright: ignore[reportPrivateUsage]


def test_application_whose_edge_cannot_be_made_is_served_without(
    telemetry: Any, instrument: Any, get: Any
) -> None:
    """A fault of ours costs telemetry, never an answer."""
    instrument(settings="no settings")

    assert get("/trace").status_code == 200
    assert not telemetry.spans


@pytest.mark.parametrize(
    "patterns",
    [("(?i)HEALTH",), ("(?P<a>x)", "(?P<a>trace)"), (r"(nowhere)|(\\2)", "trace"), ("(", "trace")],
)
def test_expressions_that_cannot_be_joined_change_no_answer(
    telemetry: Any, instrument: Any, get: Any, patterns: tuple[str, ...]
) -> None:
    """Each holds on its own, in every place that takes some."""
    instrument(
        settings=Settings(
            excluded_urls=patterns, captured_request_headers=patterns, sanitized_headers=patterns
        )
    )

    response = get("/trace", headers={"health": "1", "trace": "2"})

    assert response.status_code == 200
    assert len(telemetry.server_spans) == ("trace" not in "".join(patterns))


def test_traceback_is_the_applications_own(instrument: Any) -> None:
    """A server prints the same lines as without us, for mounted applications too."""

    def broken() -> None:
        raise ValueError("no such luck")

    application, mounted = FastAPI(), FastAPI()
    application.add_api_route("/broken", broken)
    mounted.add_api_route("/broken", broken)
    application.mount("/sub", mounted)

    def lines(path: str) -> list[str]:
        with pytest.raises(ValueError, match="no such luck") as raised:
            ask(application, path)
        return traceback.format_exception(raised.value)

    bare = [lines("/broken"), lines("/sub/broken")]
    instrument()

    assert [lines("/broken"), lines("/sub/broken")] == bare


def test_introspection_sees_fastapis_own_methods(instrument: Any) -> None:
    """Signatures and documentation stay, and servers still see an ASGI 3 application."""
    before = inspect.signature(FastAPI), FastAPI.__init__.__doc__, FastAPI.__call__.__qualname__
    instrument()

    assert (inspect.signature(FastAPI), FastAPI.__init__.__doc__, FastAPI.__call__.__qualname__) == before
    assert inspect.iscoroutinefunction(FastAPI.__call__)
