"""Every route of the API, out of its OpenAPI document, called with another tenant's key and with none.

A route that is added is tested here without a line being changed; one whose parameters or body this cannot
fill in fails, and does not go untested.
"""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.integration.travel_crm.conftest import Start, client_of, is_alive, start_api, wait_until

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Route:
    """One operation of the document."""

    method: str
    path: str
    operation: dict[str, Any]
    schemas: dict[str, Any]

    @property
    def is_public(self) -> bool:
        """Tell whether it is for whoever runs the service."""
        return self.path.startswith("/health/")

    @property
    def example(self) -> dict[str, Any] | None:
        """Return the example of its body, None where it takes none."""
        body = self.operation.get("requestBody")
        if body is None:
            return None
        reference = body["content"]["application/json"]["schema"]["$ref"]
        return self.schemas[reference.rpartition("/")[2]]["examples"][0]


@dataclass(frozen=True)
class Neighbours:
    """One tenant with one thing of every kind, and another one with nothing."""

    owner: httpx.Client
    other: httpx.Client
    routes: list[Route]
    owned: dict[str, str]

    def call(self, client: httpx.Client, route: Route) -> httpx.Response:
        """Call a route about the owner's things."""
        path = route.path.format(**self.owned)
        body = route.example
        if body is not None:
            body = {name: self.owned.get(name, value) for name, value in body.items()}
        return client.request(route.method, path, json=body)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """Nothing here is asynchronous."""
    return "asyncio"


@pytest.fixture
def neighbours(start: Start, environ: dict[str, str], free_port: int) -> Iterator[Neighbours]:
    """Run the API; both tenants are made by the command."""
    start_api(start, environ, free_port)
    with client_of(free_port) as owner, client_of(free_port) as other:
        wait_until(lambda: is_alive(owner))
        for client, name in ((owner, "Owner"), (other, "Other")):
            client.headers["X-API-Key"] = new_key(name, environ)
        document = owner.get("/openapi.json").json()
        yield Neighbours(owner, other, list(_routes(document)), _things_of(owner))


def new_key(name: str, environ: dict[str, str]) -> str:
    """Make a tenant and return its key, as the command prints it."""
    command = [sys.executable, "-m", "travel_crm.tenants", "create", name]
    said = subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout
    return said.split("X-API-Key: ")[1].strip()


def _routes(document: dict[str, Any]) -> Iterator[Route]:
    for path, operations in document["paths"].items():
        for method in METHODS:
            if method in operations:
                yield Route(method, path, operations[method], document["components"]["schemas"])


def _things_of(owner: httpx.Client) -> dict[str, str]:
    """Make one thing of every kind and return their ids by the names of parameters and fields."""
    trip = {"destination": "Lisbon", "departs_on": "2027-05-03", "returns_on": "2027-05-10", "travellers": 2}
    price = {"amount": 129900, "currency": "EUR"}
    customer = _made(owner, "/customers", {"name": "Ada", "email": "ada@example.com"})
    query = _made(owner, "/queries", trip | {"customer_id": customer})
    quote = _made(owner, "/quotes", {"travel_query_id": query, "price": price})
    booking = _made(owner, "/bookings", trip | {"customer_id": customer, "price": price})
    payment = _made(owner, "/payments", {"booking_id": booking, "token": "tok_declined"})
    return {
        "customer_id": customer,
        "travel_query_id": query,
        "quote_id": quote,
        "booking_id": booking,
        "payment_id": payment,
    }


def _made(owner: httpx.Client, path: str, body: dict[str, Any]) -> str:
    response = owner.post(path, json=body)
    assert response.status_code == 201, response.text
    return response.json()["id"]


def _state(client: httpx.Client, routes: list[Route]) -> dict[str, Any]:
    """Return all lists that a tenant has."""
    lists = [route.path for route in routes if route.method == "get" and "{" not in route.path]
    return {path: client.get(path).json() for path in lists if not path.startswith("/health/")}


def test_no_route_is_open(neighbours: Neighbours) -> None:
    """Without a key, with one that nobody has, and by what the document says: 401 with the error body."""
    nobody = httpx.Client(base_url=neighbours.owner.base_url, timeout=15)
    guarded = [route for route in neighbours.routes if not route.is_public]

    assert len(guarded) >= 19
    for route in guarded:
        for key in ({}, {"X-API-Key": "nonsense"}):
            nobody.headers.update(key)
            response = neighbours.call(nobody, route)
            assert response.status_code == 401, (route.path, response.text)
            assert response.json()["success"] is False
        assert route.operation["security"], route.path
        assert "401" in route.operation["responses"], route.path
        nobody.headers.pop("X-API-Key")
    nobody.close()


def test_health_is_open(neighbours: Neighbours) -> None:
    """Whoever runs the service has no key."""
    for route in neighbours.routes:
        if route.is_public:
            assert httpx.get(f"{neighbours.owner.base_url}{route.path}").status_code == 200


def test_what_another_tenant_has_is_not_there(neighbours: Neighbours) -> None:
    """Whatever names a thing of the owner's is 404, lists are empty, and the owner's stay as they are."""
    before = _state(neighbours.owner, neighbours.routes)

    for route in neighbours.routes:
        named = "{" in route.path or any(name in neighbours.owned for name in route.example or ())
        if named:
            response = neighbours.call(neighbours.other, route)
            assert response.status_code == 404, (route.method, route.path, response.text)
            assert response.json()["success"] is False

    seen = _state(neighbours.other, neighbours.routes)
    assert all(page["total"] == 0 for page in seen.values()), seen
    assert _state(neighbours.owner, neighbours.routes) == before
    assert all(page["total"] == 1 for page in before.values())


def test_the_owner_is_refused_nowhere(neighbours: Neighbours) -> None:
    """The 404 above are about whose the things are, and not about the calls."""
    for route in neighbours.routes:
        response = neighbours.call(neighbours.owner, route)
        assert response.status_code in (200, 201, 409), (route.path, response.text)


def test_a_filter_leads_to_nobody_elses_things(neighbours: Neighbours) -> None:
    """Asking for another tenant's identifiers by the parameters of lists finds nothing."""
    for route in neighbours.routes:
        for parameter in route.operation.get("parameters", []):
            if parameter["in"] == "query" and parameter["name"] in neighbours.owned:
                wanted = {parameter["name"]: neighbours.owned[parameter["name"]]}
                assert neighbours.owner.get(route.path, params=wanted).json()["total"] == 1
                assert neighbours.other.get(route.path, params=wanted).json()["total"] == 0
