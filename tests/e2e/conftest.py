"""One booking under a known trace id, made once against the full stack and looked at from everywhere."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from stack.addresses import Addresses
from stack.demo_key import demo_key
from tests.e2e.backends import Backends

PROMISED_WITHIN = 15.0
"""Seconds from an answer of the API to its telemetry in every backend."""
ARRIVES_WITHIN = 4 * PROMISED_WITHIN
"""The same on a machine that has other things to do; one test holds the stack to the promise."""


@dataclass(frozen=True)
class Sent:
    """A request that was sent with a trace context of the test's own."""

    trace_id: str
    caller_span_id: str
    response: httpx.Response


@dataclass(frozen=True)
class Crm:
    """The Travel CRM's API, as a caller that takes part in traces."""

    url: str
    key: str = field(repr=False)

    def post(self, path: str, body: dict[str, Any]) -> Sent:
        """Send a request with a new `traceparent`."""
        trace_id, span_id = secrets.token_hex(16), secrets.token_hex(8)
        headers = {
            "traceparent": f"00-{trace_id}-{span_id}-01",
            "X-API-Key": self.key,
            "authorization": "Bearer hunter2hunter2",
            "cookie": "session=hunter2",
        }
        return Sent(trace_id, span_id, httpx.post(self.url + path, json=body, headers=headers, timeout=30))

    def create(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """Create something, and return it."""
        return self.post(path, body).response.raise_for_status().json()


def until(find: Callable[[], Any], seconds: float = ARRIVES_WITHIN) -> Any:
    """Return what `find` finds, asking again until the time is over."""
    deadline = time.monotonic() + seconds
    while not (found := _found(find)):
        assert time.monotonic() < deadline, f"nothing found within {seconds} s"
        time.sleep(0.25)
    return found


def settled(read: Callable[[], Any], expected: Any, seconds: float = ARRIVES_WITHIN) -> Any:
    """Return what `read` returns once that is what is expected, or the time is over."""
    deadline = time.monotonic() + seconds
    while (last := _found(read)) != expected and time.monotonic() < deadline:
        time.sleep(0.25)
    return last


def _found(find: Callable[[], Any]) -> Any:
    """Return what `find` finds; whoever is too busy to answer has nothing yet."""
    try:
        return find()
    except httpx.TransportError:
        return None


@pytest.fixture(scope="session")
def backends(full_stack: Any) -> Backends:
    """Ask the backends of the full stack."""
    return Backends(Addresses(full_stack.settings.ports))


@pytest.fixture(scope="session")
def crm(full_stack: Any) -> Crm:
    """Talk to the API of the full stack."""
    return Crm(f"http://127.0.0.1:{full_stack.settings.ports.api}", demo_key(full_stack.settings))


@pytest.fixture(scope="session")
def booking_draft(crm: Crm) -> dict[str, Any]:
    """Take in a customer, and return what is needed to book for them."""
    customer = crm.create("/customers", {"name": "Ada Lovelace", "email": "ada@example.com"})
    return {
        "customer_id": customer["id"],
        "destination": "Lisbon",
        "departs_on": "2027-05-03",
        "returns_on": "2027-05-10",
        "travellers": 2,
        "price": {"amount": 129900, "currency": "EUR"},
    }


@pytest.fixture(scope="session")
def booked(crm: Crm, backends: Backends, booking_draft: dict[str, Any]) -> Sent:
    """Book once; a request of the same kind right after it would take its exemplar, so wait for that."""
    sent = crm.post("/bookings", booking_draft)
    until(lambda: sent.trace_id in backends.exemplar_trace_ids())
    return sent


@pytest.fixture(scope="session")
def paid(crm: Crm, booking_draft: dict[str, Any]) -> Sent:
    """Book and pay with one request, through the gateway that is a service of its own."""
    means = {"gateway": "cardpay", "token": "tok_approved"}
    return crm.post("/bookings", booking_draft | {"payment": means})


@pytest.fixture(scope="session")
def failed(crm: Crm, booking_draft: dict[str, Any]) -> Sent:
    """Pay through a gateway whose answer makes no sense, which nothing in the service handles."""
    booking = crm.create("/bookings", booking_draft)
    return crm.post("/payments", {"booking_id": booking["id"], "token": "tok_broken"})
