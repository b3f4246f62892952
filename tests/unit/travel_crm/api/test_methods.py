"""What a path takes: HEAD wherever it takes GET, and what it does not take is told what it does."""

import httpx
import pytest

from tests.unit.travel_crm.conftest import Crm
from travel_crm.probing import Probe

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("method", ["DELETE", "OPTIONS", "PUT"])
@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/bookings", "GET, HEAD, POST"),
        (f"/bookings/{'a' * 32}", "GET, HEAD"),
        (f"/bookings/{'a' * 32}/cancel", "POST"),
        ("/health/live", "GET, HEAD"),
        ("/openapi.json", "GET, HEAD"),
    ],
)
async def test_another_method_is_told_which_there_are(
    http: httpx.AsyncClient, path: str, allowed: str, method: str
) -> None:
    """All of the path's, whichever of its routes was looked at first."""
    refused = await http.request(method, path)

    assert (refused.status_code, refused.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize("path", ["/bookings", "/customers?limit=1", "/health/live", "/health/ready"])
async def test_head_is_answered_as_get_is(http: httpx.AsyncClient, crm: Crm, path: str) -> None:
    """Load balancers look that way."""

    async def refuse() -> None:
        raise ConnectionError

    crm.probes["mongodb"] = Probe(refuse)

    got, looked = await http.get(path), await http.head(path)

    assert looked.status_code == got.status_code == (503 if path == "/health/ready" else 200)
    assert looked.headers["content-type"] == got.headers["content-type"]


async def test_head_needs_the_key_that_get_needs(http: httpx.AsyncClient) -> None:
    """It is no way around."""
    del http.headers["X-API-Key"]

    assert (await http.head("/bookings")).status_code == 401
    assert (await http.head(f"/bookings/{'a' * 32}")).status_code == 401
