"""The way of a customer through the API: taken in, asking, booking, paying."""

import httpx
import pytest

pytestmark = pytest.mark.anyio

TRIP = {"destination": "Lisbon", "departs_on": "2027-05-03", "returns_on": "2027-05-10", "travellers": 2}


async def created(http: httpx.AsyncClient, resource: str, **fields: object) -> dict[str, str]:
    """Create a resource and return it as it was answered."""
    response = await http.post(f"/{resource}", json=fields)
    assert response.status_code == 201, response.text
    return response.json()


async def test_from_customer_to_confirmed_booking(http: httpx.AsyncClient) -> None:
    """What is created is found, and listed, as it was answered."""
    customer = await created(http, "customers", name="Ada", email="ada@example.com")
    query = await created(http, "queries", customer_id=customer["id"], **TRIP)
    booking = await created(
        http,
        "bookings",
        customer_id=customer["id"],
        travel_query_id=query["id"],
        price={"amount": 129900, "currency": "EUR"},
        **TRIP,
    )
    payment = await created(http, "payments", booking_id=booking["id"], token="tok_approved")

    for resource, entity in {"customers": customer, "payments": payment}.items():
        assert (await http.get(f"/{resource}/{entity['id']}")).json() == entity
        assert (await http.get(f"/{resource}")).json() == {
            "items": [entity],
            "limit": 20,
            "offset": 0,
            "total": 1,
        }
    assert (await http.get(f"/queries/{query['id']}")).json()["status"] == "booked"
    assert (await http.get(f"/bookings/{booking['id']}")).json()["status"] == "confirmed"
    assert (await http.get("/queries")).json()["total"] == (await http.get("/bookings")).json()["total"] == 1


async def test_cancelling(http: httpx.AsyncClient) -> None:
    """A pending booking is cancelled by one request."""
    customer = await created(http, "customers", name="Ada", email="ada@example.com")
    price = {"amount": 1, "currency": "EUR"}
    booking = await created(http, "bookings", customer_id=customer["id"], price=price, **TRIP)

    cancelled = await http.post(f"/bookings/{booking['id']}/cancel")

    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
