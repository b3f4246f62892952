"""A little real traffic, so that there is something to look at: a customer, from question to payment."""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from shlex import quote

import httpx

_TIMEOUT = 10.0


@dataclass(frozen=True)
class Journey:
    """What was done: the trace of the booking, that of a payment which failed, a booking to send again."""

    booking_trace: str
    failed_trace: str
    booking: Mapping[str, object]


def play(api: str, key: str) -> Journey:
    """Take a customer and a query in, book and pay; then let a payment fail, all for the tenant of the key.

    Raises `httpx.HTTPError` if the API does not answer or does not do what it is asked.
    """
    booking_trace, failed_trace = secrets.token_hex(16), secrets.token_hex(16)
    with httpx.Client(base_url=api, timeout=_TIMEOUT, trust_env=False, headers={"X-API-Key": key}) as client:
        customer = _post(client, "/customers", {"name": "Ada Lovelace", "email": "ada@example.com"})
        trip = _trip(str(customer["id"]))
        query = _post(client, "/queries", {**trip, "notes": "A quiet hotel near the river."})
        order = {**trip, "travel_query_id": query["id"], "price": {"amount": 129900, "currency": "EUR"}}
        card = {"gateway": "cardpay", "token": "tok_approved"}
        booking = _post(client, "/bookings", {**order, "payment": card}, booking_trace)
        client.get(f"/bookings/{booking['id']}").raise_for_status()
        unpaid = _post(client, "/bookings", order)
        # The gateway answers this one with nonsense: an error to find, and nothing that went wrong here.
        client.post(
            "/payments",
            json={"booking_id": unpaid["id"], "token": "tok_broken"},
            headers={"X-Trace-ID": failed_trace},
        )
    return Journey(booking_trace, failed_trace, order)


def curl(api: str, key: str, journey: Journey) -> str:
    """Return a line that books once more, ready to be pasted into a shell."""
    body = {name: value for name, value in journey.booking.items() if name != "travel_query_id"}
    headers = f"-H {quote(f'X-API-Key: {key}')} -H 'content-type: application/json'"
    return f"curl -i {api}/bookings {headers} -d '{json.dumps(body)}'"


def curl_list(api: str, key: str) -> str:
    """Return a line that lists what was booked, ready to be pasted into a shell."""
    return f"curl -i {api}/bookings -H {quote(f'X-API-Key: {key}')}"


def _trip(customer_id: str) -> dict[str, object]:
    departure = datetime.now(UTC).date() + timedelta(days=60)
    return {
        "customer_id": customer_id,
        "destination": "Lisbon",
        "departs_on": departure.isoformat(),
        "returns_on": (departure + timedelta(days=7)).isoformat(),
        "travellers": 2,
    }


def _post(
    client: httpx.Client, path: str, body: Mapping[str, object], trace_id: str = ""
) -> Mapping[str, object]:
    headers = {"X-Trace-ID": trace_id} if trace_id else {}
    return client.post(path, json=body, headers=headers).raise_for_status().json()
