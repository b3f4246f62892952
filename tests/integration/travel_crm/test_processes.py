"""The API and the worker as processes of their own, with nothing of telemetry around them."""

import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from pymongo import MongoClient
from redis import Redis

from stack.build.binaries import Binaries
from stack.components.stores import mongodb
from stack.components.stores import redis as redis_component
from stack.ports import find_free_ports
from stack.running import running
from stack.settings import Settings
from stack.terminal import Terminal
from tests.integration.travel_crm.conftest import Mailbox, Start, client_of, is_alive, start_api, wait_until
from travel_crm.domain.fields import new_identifier

TRIP = {"destination": "Lisbon", "departs_on": "2027-05-03", "returns_on": "2027-05-10", "travellers": 2}


def created(api: httpx.Client, resource: str, **fields: object) -> dict[str, str]:
    """Create a resource and return it as it was answered."""
    response = api.post(f"/{resource}", json=fields)
    assert response.status_code == 201, response.text
    return response.json()


def booked(api: httpx.Client, address: str) -> dict[str, str]:
    """Take in a customer of this address and book something for them."""
    customer = created(api, "customers", name="Ada", email=address)
    price = {"amount": 129900, "currency": "EUR"}
    return created(api, "bookings", customer_id=customer["id"], price=price, **TRIP)


def address() -> str:
    """Return an address that nothing was sent to yet."""
    return f"{new_identifier()}@example.com"


@contextmanager
def server_that_never_greets() -> Iterator[int]:
    """Take connections and say nothing, so that whoever sends mail hangs; yield the port."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_booking_from_request_to_mail(
    api: httpx.Client, start_worker: Start, mailbox: Mailbox, mongodb_uri: str, redis_url: str
) -> None:
    """The document is in the store, the message in the mailbox, and nothing is left on the queue."""
    to = address()
    worker = start_worker()

    booking = booked(api, to)
    wait_until(lambda: mailbox.messages_to(to))
    found = api.get(f"/bookings/{booking['id']}")

    assert found.json() == booking
    assert mailbox.messages_to(to)[0]["Subject"] == "Your booking: Lisbon, 2027-05-03"
    with MongoClient[dict[str, object]](mongodb_uri) as mongo:
        stored = mongo.get_default_database()["bookings"].find_one({"_id": booking["id"]})
    assert stored is not None
    assert (stored["status"], stored["price"]) == ("pending", {"amount": 129900, "currency": "EUR"})
    with Redis.from_url(redis_url) as redis:
        assert redis.keys(f"travel-crm:*:booking:{booking['id']}")
        wait_until(lambda: not redis.exists("travel-crm:jobs:emails:attempts"))
    assert worker.end() == 0
    assert "worker stopped" in worker.stderr


def test_an_exception_nobody_foresaw_is_answered_and_logged(
    start: Start, environ: dict[str, str], free_port: int
) -> None:
    """The body tells nothing, the server's log everything."""
    process = start_api(start, environ, free_port)
    with client_of(free_port) as api:
        wait_until(lambda: is_alive(api))
        booking = booked(api, address())

        response = api.post("/payments", json={"booking_id": booking["id"], "token": "tok_broken"})
        wait_until(lambda: "JSONDecodeError" in process.stderr)

    assert response.status_code == 500
    assert response.json() == {"success": False, "message": "Internal server error", "trace_id": None}
    assert process.end() in (0, -signal.SIGTERM)


def test_a_killed_workers_job_is_done_by_the_next(
    api: httpx.Client, start_worker: Start, mailbox: Mailbox, redis_url: str
) -> None:
    """Killed in the middle of sending: the message arrives all the same."""
    to = address()
    with server_that_never_greets() as port, Redis.from_url(redis_url) as redis:
        stuck = start_worker(SMTP_URL=f"smtp://127.0.0.1:{port}")
        booked(api, to)
        wait_until(lambda: redis.exists("travel-crm:jobs:emails:attempts"))
        stuck.end(signal.SIGKILL)

    start_worker()

    wait_until(lambda: mailbox.messages_to(to), seconds=40)


def test_a_worker_told_to_stop_finishes_what_it_holds(
    api: httpx.Client, start_worker: Start, mailbox: Mailbox, redis_url: str
) -> None:
    """The attempt that is running is brought to its end, a failed one put aside; the exit status is 0."""
    with server_that_never_greets() as port, Redis.from_url(redis_url) as redis:
        worker = start_worker(SMTP_URL=f"smtp://127.0.0.1:{port}")
        booked(api, address())
        wait_until(lambda: redis.exists("travel-crm:jobs:emails:attempts"))

        status = worker.end()

        assert status == 0
        assert "job failed, will be tried again" in worker.stderr
        assert redis.zcard("travel-crm:jobs:emails:delayed") == 1
        assert not redis.keys("travel-crm:jobs:emails:processing:*")
        assert not redis.smembers("travel-crm:jobs:emails:workers")


def test_an_idle_worker_stops_at_once(start_worker: Start) -> None:
    """SIGINT does the same as SIGTERM."""
    worker = start_worker()
    wait_until(lambda: "worker started" in worker.stderr)

    assert worker.end(signal.SIGINT) == 0


def test_mail_that_is_down_delays_and_loses_nothing(
    api: httpx.Client, start: Start, environ: dict[str, str], mailbox: Mailbox
) -> None:
    """The first attempt finds no server; a later one, with the server there, brings the message."""
    to = address()
    (unused,) = find_free_ports(1)
    worker = start("-m", "travel_crm.worker", environ=environ | {"SMTP_URL": f"smtp://127.0.0.1:{unused}"})
    booked(api, to)
    wait_until(lambda: "job failed, will be tried again" in worker.stderr)
    assert worker.end() == 0

    start("-m", "travel_crm.worker", environ=environ)

    wait_until(lambda: mailbox.messages_to(to))


def test_both_processes_start_before_their_servers(
    start: Start,
    environ: dict[str, str],
    mailbox: Mailbox,
    binaries: Binaries,
    terminal: Terminal,
    tmp_path: Path,
    free_port: int,
) -> None:
    """Alive and not ready at first; ready, and at work, as soon as the servers are there."""
    to = address()
    settings = Settings.on_free_ports(tmp_path / "late", "embedded")
    stores = [redis_component(settings, binaries), mongodb(settings, binaries)]
    late = environ | {
        "REDIS_URL": f"redis://127.0.0.1:{settings.ports.redis}/0",
        "MONGODB_URI": f"mongodb://127.0.0.1:{settings.ports.mongodb}/crm",
    }
    start_api(start, late, free_port)
    worker = start("-m", "travel_crm.worker", environ=late)

    with client_of(free_port) as api:
        wait_until(lambda: is_alive(api))
        not_ready = api.get("/health/ready")
        refused = api.get("/bookings")
        wait_until(lambda: "job queue does not answer" in worker.stderr)
        with running(settings, stores, terminal):
            wait_until(lambda: api.get("/health/ready").status_code == 200)
            booked(api, to)
            wait_until(lambda: mailbox.messages_to(to))
        gone = api.get("/health/ready")

    assert (not_ready.status_code, gone.status_code) == (503, 503)
    assert not_ready.json()["checks"] == {"mongodb": "down", "redis": "down"}
    assert refused.status_code == 503
    assert refused.json()["message"].startswith("The document store is unavailable")
    assert not_ready.elapsed.total_seconds() < 10
    assert "job queue is back" in worker.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_api_stops_when_told(start: Start, environ: dict[str, str], free_port: int, number: int) -> None:
    """Connections are closed, no traceback is left behind."""
    process = start_api(start, environ, free_port)
    with client_of(free_port) as api:
        wait_until(lambda: is_alive(api))
        api.get("/bookings")

    process.end(number)

    assert "Application shutdown complete" in process.stderr
    assert "Traceback" not in process.stderr
