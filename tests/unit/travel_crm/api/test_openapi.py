"""The OpenAPI document: complete enough to be read by people and by tools."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio

Operation = dict[str, Any]


@pytest.fixture
async def document(http: httpx.AsyncClient) -> dict[str, Any]:
    """Return the document as the application serves it."""
    return (await http.get("/openapi.json")).json()


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    """Go through all operations."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


async def test_the_page_is_served(http: httpx.AsyncClient) -> None:
    """`/docs` shows the document."""
    response = await http.get("/docs")

    assert response.status_code == 200
    assert "/openapi.json" in response.text


async def test_every_operation_is_told_about(document: dict[str, Any]) -> None:
    """A summary, a description, a tag that is explained, an answer with a schema; no id twice."""
    explained = {tag["name"] for tag in document["tags"]}
    seen: set[str] = set()

    for path, _method, operation in operations(document):
        assert operation["summary"], path
        assert operation["description"], path
        assert set(operation["tags"]) <= explained, path
        success = operation["responses"].get("200") or operation["responses"]["201"]
        assert success["content"]["application/json"]["schema"], path
        assert operation["operationId"] not in seen, path
        seen.add(operation["operationId"])


async def test_every_error_has_the_error_body(document: dict[str, Any]) -> None:
    """FastAPI's own form of a validation error appears nowhere."""
    for path, _method, operation in operations(document):
        for status, response in operation["responses"].items():
            if int(status) >= 400 and not path.startswith("/health"):
                schema = response["content"]["application/json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/ErrorBody"}, (path, status)

    assert "HTTPValidationError" not in document["components"]["schemas"]


async def test_what_can_be_sent_has_an_example(document: dict[str, Any]) -> None:
    """So that the page's `Try it out` begins with something sensible."""
    schemas = document["components"]["schemas"]

    for path, _method, operation in operations(document):
        if "requestBody" in operation:
            reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            assert schemas[reference.rpartition("/")[2]]["examples"], path


async def test_unknown_ids_are_documented(document: dict[str, Any]) -> None:
    """Whatever takes an id can answer 404."""
    for path, _method, operation in operations(document):
        if "{" in path:
            assert "404" in operation["responses"], path
