"""The gateway over HTTP against the simulator, a process of its own, which answers or does not."""

import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from stack.ports import find_free_ports
from tests.integration.travel_crm.conftest import Start, client_of, is_alive, start_api, wait_until
from travel_crm.adapters.cardpay_gateway import CardpayGateway, open_cardpay
from travel_crm.domain.errors import PaymentFailedError
from travel_crm.domain.fields import Money, new_identifier
from travel_crm.domain.payments import GatewayName, Payment, PaymentStatus

pytestmark = pytest.mark.anyio

GIVEN_UP_WITHIN = 12.0
"""Seconds; five are promised, and a provider that hangs takes thirty."""

BOOKING = {
    "destination": "Lisbon",
    "departs_on": "2027-05-03",
    "returns_on": "2027-05-10",
    "travellers": 2,
    "price": {"amount": 129900, "currency": "EUR"},
}


def payment() -> Payment:
    """Return a payment that is not charged yet."""
    price = Money(amount=129900, currency="EUR")
    return Payment(booking_id=new_identifier(), gateway=GatewayName.CARDPAY, price=price)


@pytest.fixture
def provider(start: Start, environ: dict[str, str], free_port: int) -> Iterator[httpx.Client]:
    """Run the simulator and return a client of its control."""
    app = "travel_crm.gateway_simulator.app:app"
    start("-m", "uvicorn", app, "--port", str(free_port), environ=environ)
    with httpx.Client(base_url=f"http://127.0.0.1:{free_port}") as client:
        wait_until(lambda: is_alive(client))
        yield client


@pytest.fixture
async def gateway(provider: httpx.Client) -> AsyncIterator[CardpayGateway]:
    """Return the gateway that talks to the simulator."""
    async with open_cardpay(str(provider.base_url)) as gateway:
        yield gateway


@pytest.mark.parametrize(
    ("token", "status"),
    [
        ("tok_approved", PaymentStatus.CAPTURED),
        ("tok_declined", PaymentStatus.DECLINED),
        ("tok_slow", PaymentStatus.CAPTURED),
        ("tok_flaky", PaymentStatus.CAPTURED),
    ],
)
async def test_what_the_provider_decides(gateway: CardpayGateway, token: str, status: PaymentStatus) -> None:
    """A provider that is slow, or fails once, is worth waiting for."""
    charge = await gateway.charge(payment(), token, new_identifier())

    assert charge.status is status
    assert charge.reference is not None
    assert charge.reference.startswith("cp_")


async def test_the_same_key_is_the_same_charge(gateway: CardpayGateway) -> None:
    """Whatever the provider would say to a new one."""
    key, one = new_identifier(), payment()

    first = await gateway.charge(one, "tok_approved", key)
    again = await gateway.charge(one, "tok_declined", key)

    assert again == first


@pytest.mark.parametrize(("token", "timed_out"), [("tok_failing", False), ("tok_timeout", True)])
async def test_a_provider_that_does_not_get_over_it(
    gateway: CardpayGateway, token: str, timed_out: bool
) -> None:
    """It is given up long before it answers, and the caller is told which way it failed."""
    began = time.monotonic()

    with pytest.raises(PaymentFailedError) as raised:
        await gateway.charge(payment(), token, new_identifier())

    assert raised.value.timed_out is timed_out
    assert time.monotonic() - began < GIVEN_UP_WITHIN


async def test_an_answer_that_is_none(gateway: CardpayGateway) -> None:
    """A page where JSON was promised is a bug of somebody's, and is raised as it is."""
    with pytest.raises(ValueError, match="Expecting value"):
        await gateway.charge(payment(), "tok_broken", new_identifier())


async def test_nobody_there() -> None:
    """A provider that cannot be reached is out of order."""
    (port,) = find_free_ports(1)
    async with open_cardpay(f"http://127.0.0.1:{port}") as gateway:
        with pytest.raises(PaymentFailedError, match="out of order"):
            await gateway.charge(payment(), "tok_approved", new_identifier())


async def test_the_control(gateway: CardpayGateway, provider: httpx.Client) -> None:
    """It changes what becomes of every charge, until it changes it back."""
    told = provider.put("/behaviour", json={"mode": "declining"}).raise_for_status().json()

    declined = await gateway.charge(payment(), "tok_approved", new_identifier())
    provider.put("/behaviour", json={"mode": "normal"}).raise_for_status()
    captured = await gateway.charge(payment(), "tok_approved", new_identifier())

    assert told == {"mode": "declining", "share": 1.0}
    assert provider.get("/behaviour").json()["mode"] == "normal"
    assert (declined.status, captured.status) == (PaymentStatus.DECLINED, PaymentStatus.CAPTURED)


@pytest.fixture
def crm(provider: httpx.Client, start: Start, environ: dict[str, str]) -> Iterator[httpx.Client]:
    """Run the API on the simulator and return a client of it."""
    (port,) = find_free_ports(1)
    start_api(start, environ | {"CARDPAY_URL": str(provider.base_url)}, port)
    with client_of(port) as client:
        wait_until(lambda: is_alive(client))
        yield client


def booked(crm: httpx.Client) -> str:
    """Book, and return the booking's identifier."""
    customer = crm.post("/customers", json={"name": "Ada", "email": "ada@example.com"}).json()
    return crm.post("/bookings", json=BOOKING | {"customer_id": customer["id"]}).json()["id"]


def test_a_payment_whose_gateway_hangs(crm: httpx.Client) -> None:
    """The caller has an answer long before it has, and the same request again is the same failed payment."""
    body = {"booking_id": booked(crm), "gateway": "cardpay", "token": "tok_timeout"}

    hanging = [crm.post("/payments", json=body, headers={"Idempotency-Key": "k"}) for _ in range(2)]
    failed = crm.get("/payments", params={"status": "failed"}).json()

    assert [response.status_code for response in hanging] == [504, 504]
    assert max(response.elapsed.total_seconds() for response in hanging) < GIVEN_UP_WITHIN
    assert failed["total"] == 1


def test_everybody_pays_for_one_booking_at_once(crm: httpx.Client) -> None:
    """One of them does, under whatever keys they come; the others are refused before any money moves."""
    booking = booked(crm)

    def pay(number: int) -> int:
        body = {"booking_id": booking, "gateway": "cardpay", "token": "tok_slow"}
        return crm.post("/payments", json=body, headers={"Idempotency-Key": f"k{number}"}).status_code

    with ThreadPoolExecutor(8) as people:
        statuses = list(people.map(pay, range(8)))
    payments = crm.get("/payments", params={"booking_id": booking}).json()["items"]

    assert sorted(statuses) == [201] + [409] * 7
    assert [payment["status"] for payment in payments] == ["captured"]
    assert crm.get(f"/bookings/{booking}").json()["status"] == "confirmed"
