"""Whatever goes wrong, the body is the same: `{"success": false, "message": …, "trace_id": …}`."""

from collections.abc import AsyncIterator

import httpx
import pytest
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, use_span

from tests.unit.travel_crm.conftest import Crm, client_of
from travel_crm.domain.errors import PaymentFailedError
from travel_crm.domain.fields import new_identifier

pytestmark = pytest.mark.anyio

BOOKING = {
    "customer_id": new_identifier(),
    "destination": "Lisbon",
    "departs_on": "2027-05-03",
    "returns_on": "2027-05-10",
    "travellers": 2,
    "price": {"amount": 129900, "currency": "EUR"},
}


def message_of(response: httpx.Response, status: int) -> str:
    """Return the message of an error answer of this status."""
    body = response.json()
    assert response.status_code == status, body
    assert body.keys() == {"success", "message", "trace_id"}
    assert body["success"] is False
    return body["message"]


async def post_json(http: httpx.AsyncClient, path: str, content: str | bytes) -> httpx.Response:
    """Post something that says it is JSON."""
    return await http.post(path, content=content, headers={"content-type": "application/json"})


@pytest.mark.parametrize("resource", ["customers", "queries", "quotes", "bookings", "payments"])
@pytest.mark.parametrize("identifier", [new_identifier(), "nope", "%00", "%ff", "a" * 5000, "%F0%9F%98%80"])
async def test_unknown_ids(http: httpx.AsyncClient, resource: str, identifier: str) -> None:
    """An id that nothing has is 404, well formed or not."""
    response = await http.get(f"/{resource}/{identifier}")

    assert message_of(response, 404).endswith(" has this id")


@pytest.mark.parametrize(
    "content", [b"{", b"", b"[1, 2", b'{"a": 1,}', b"\xef\xbb\xbf", b"nonsense", b"{'a': 1}"]
)
async def test_malformed_json(http: httpx.AsyncClient, content: bytes) -> None:
    """What cannot be read as JSON is 422."""
    response = await post_json(http, "/bookings", content)

    assert message_of(response, 422).startswith("body: ")


@pytest.mark.parametrize("content", [b'"\xff"', b"[" * 30_000, b"1" * 5000])
async def test_bodies_that_break_json_readers(http: httpx.AsyncClient, content: bytes) -> None:
    """Not UTF-8, nested without end, a number of thousands of digits: the sender's fault, not a 500."""
    response = await post_json(http, "/bookings", content)

    assert message_of(response, 422).startswith("body: ")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"travellers": 0}, "travellers"),
        ({"travellers": "2"}, "travellers"),
        ({"departs_on": "soon"}, "departs_on"),
        ({"departs_on": 86400}, "departs_on"),
        ({"departs_on": "2027-05-03T00:00:00Z"}, "departs_on"),
        ({"returns_on": "2027-05-02"}, "returns_on"),
        ({"price": {"amount": -1, "currency": "EUR"}}, "price.amount"),
        ({"price": {"amount": 1, "currency": "euro"}}, "price.currency"),
        ({"customer_id": "nope"}, "customer_id"),
        ({"destination": "Lis\nbon"}, "destination"),
        ({"destinatoin": "Lisbon"}, "destinatoin"),
        ({"price": None}, "price"),
    ],
)
async def test_the_message_names_the_field(
    http: httpx.AsyncClient, change: dict[str, object], field: str
) -> None:
    """A wrong value, an unknown field, a field that contradicts another."""
    response = await http.post("/bookings", json=BOOKING | change)

    assert field in message_of(response, 422)


async def test_a_missing_field_is_named(http: httpx.AsyncClient) -> None:
    """Each of them, up to a handful."""
    message = message_of(await http.post("/bookings", json={}), 422)

    assert message.startswith("destination: Field required; departs_on: Field required; ")
    assert message.endswith("and 1 more")


async def test_what_was_sent_is_not_quoted(http: httpx.AsyncClient) -> None:
    """A secret in the wrong place is not sent back."""
    response = await http.post("/customers", json={"name": "Ada", "email": "hunter2", "phone": "hunter2"})

    assert "hunter2" not in message_of(response, 422)


async def test_lone_surrogates(http: httpx.AsyncClient) -> None:
    """JSON can spell what UTF-8 cannot hold, in a value and in a field's name."""
    value = await post_json(http, "/customers", r'{"name": "\ud800", "email": "ada@example.com"}')
    name = await post_json(http, "/customers", r'{"\ud800": 1}')

    assert message_of(value, 422)
    assert message_of(name, 422)


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "offset=-1", f"offset={10**20}"])
async def test_parts_of_a_list_that_do_not_exist(http: httpx.AsyncClient, query: str) -> None:
    """The parameter is named like a field."""
    response = await http.get(f"/bookings?{query}")

    assert message_of(response, 422).startswith(query.partition("=")[0] + ": ")


async def test_no_such_route_and_no_such_method(http: httpx.AsyncClient) -> None:
    """The router's own answers have the same body."""
    assert message_of(await http.get("/nothing"), 404) == "Not Found"

    refused = await http.delete("/bookings")

    assert message_of(refused, 405) == "Method Not Allowed"


async def test_a_body_too_large(http: httpx.AsyncClient) -> None:
    """64 KiB are enough for anything there is to say."""

    async def in_pieces() -> AsyncIterator[bytes]:
        for _ in range(70):
            yield b" " * 1024

    at_once = await http.post("/customers", json={"name": "x" * 70_000, "email": "ada@example.com"})
    streamed = await http.post("/customers", content=in_pieces())

    assert message_of(at_once, 413) == message_of(streamed, 413) == "The body is larger than 64 KiB"


async def test_a_conflict(http: httpx.AsyncClient, crm: Crm) -> None:
    """The booking was cancelled already."""
    booking = await crm.bookings.create(await crm.draft())
    await http.post(f"/bookings/{booking.id}/cancel")

    response = await http.post(f"/bookings/{booking.id}/cancel")

    assert message_of(response, 409) == "The booking is cancelled, no longer pending"


async def test_the_store_is_away(http: httpx.AsyncClient, crm: Crm) -> None:
    """503 with a hint when to come back."""
    crm.customer_store.reachable = False

    response = await http.get("/customers")

    assert message_of(response, 503) == "The document store is unavailable; try again in a moment"
    assert response.headers["retry-after"] == "5"


async def test_an_exception_nobody_foresaw(http: httpx.AsyncClient, crm: Crm) -> None:
    """The body tells nothing of it."""
    booking = await crm.bookings.create(await crm.draft())

    response = await http.post("/payments", json={"booking_id": booking.id, "token": "tok_broken"})

    assert message_of(response, 500) == "Internal server error"
    assert response.headers["connection"] == "close"


async def test_developers_see_the_stack(crm: Crm) -> None:
    """Where the service runs for them, and only for what nobody foresaw."""
    booking = await crm.bookings.create(await crm.draft())

    async with client_of(crm, tells_stack=True) as http:
        broken = await http.post("/payments", json={"booking_id": booking.id, "token": "tok_broken"})
        unknown = await http.get("/bookings/nope")

    assert broken.status_code == 500
    assert broken.json()["stack"].startswith("Traceback (most recent call last)")
    assert "JSONDecodeError" in broken.json()["stack"]
    assert message_of(unknown, 404)


@pytest.mark.parametrize("key", ["", "nonsense", "\xff"])
async def test_nobody_without_a_key(http: httpx.AsyncClient, key: str) -> None:
    """Missing and unknown are told the same."""
    response = await http.get("/bookings", headers=[(b"X-API-Key", key.encode("latin-1"))])

    assert message_of(response, 401) == "X-API-Key is missing or unknown"
    assert response.headers["www-authenticate"]


@pytest.mark.parametrize(("timed_out", "status"), [(False, 502), (True, 504)])
async def test_a_payment_gateway_that_fails(
    http: httpx.AsyncClient, crm: Crm, timed_out: bool, status: int
) -> None:
    """It is the gateway's failure, and the answer says whose."""
    booking = await crm.bookings.create(await crm.draft())
    crm.cardpay.script = [PaymentFailedError("cardpay", timed_out=timed_out)]
    body = {"booking_id": booking.id, "gateway": "cardpay", "token": "tok_approved"}

    response = await http.post("/payments", json=body)

    assert message_of(response, status).startswith("The payment gateway cardpay ")


async def test_an_idempotency_key_that_was_used_for_something_else(http: httpx.AsyncClient, crm: Crm) -> None:
    """The same request has the same answer, another one is refused."""
    booking = await crm.bookings.create(await crm.draft())
    body = {"booking_id": booking.id, "token": "tok_approved"}
    headers = {"Idempotency-Key": "once"}

    first = await http.post("/payments", json=body, headers=headers)
    again = await http.post("/payments", json=body, headers=headers)
    other = await http.post("/payments", json=body | {"token": "tok_declined"}, headers=headers)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert message_of(other, 422) == "Idempotency-Key was used for another request before"


async def test_the_trace_id_is_there_inside_a_trace(http: httpx.AsyncClient) -> None:
    """It is the id under which the request is found; without a trace it is null."""
    span = NonRecordingSpan(SpanContext(0xA1, 0xB2, is_remote=False, trace_flags=TraceFlags(1)))

    with use_span(span):
        inside = await http.get("/bookings/nope")
    outside = await http.get("/bookings/nope")

    assert inside.json()["trace_id"] == f"{0xA1:032x}"
    assert outside.json()["trace_id"] is None
