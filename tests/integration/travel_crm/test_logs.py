"""What the service's processes leave in their log files, which they share."""

import json
import socket
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.integration.travel_crm.conftest import DEMO_KEY, Start, wait_until
from tests.integration.travel_crm.test_processes import address, booked
from tests.integration.travel_crm.test_smtp_mailer import server_answering

pytestmark = pytest.mark.anyio


@pytest.fixture
def log_dir(tmp_path: Path) -> Path:
    """Return where the files are to be."""
    return tmp_path / "logs"


@pytest.fixture
def environ(environ: dict[str, str], log_dir: Path) -> dict[str, str]:
    """Have everything logged, into files too."""
    return environ | {"LOG_DIR": str(log_dir), "LOG_LEVEL": "DEBUG", "LOG_FORMAT": "json"}


def lines(file: Path) -> list[dict[str, Any]]:
    """Return the lines of a file of JSON."""
    return [json.loads(line) for line in file.read_text().splitlines()]


async def test_neither_addresses_nor_tokens_are_logged(
    api: httpx.Client, start_worker: Start, log_dir: Path
) -> None:
    """In a query, in a body that is refused, in a server's refusal, at DEBUG: the files tell of none."""
    to = address()
    async with server_answering(RCPT=f"550 5.1.1 <{to}>: no such mailbox") as port:
        worker = start_worker(SMTP_URL=f"smtp://127.0.0.1:{port}")
        booking = booked(api, to)
        api.get("/customers", params={"email": to})
        api.post("/customers", json={"name": 7, "email": to})
        api.post("/payments", json={"booking_id": booking["id"], "token": "tok_broken"})
        wait_until(lambda: "job buried" in worker.stderr)

    written = "".join(file.read_text() for file in log_dir.iterdir())
    combined = lines(log_dir / "combined.log")
    errors = {line["message"]: line["exception"]["type"] for line in lines(log_dir / "error.log")}
    assert to not in written
    assert to not in worker.stderr
    assert "tok_broken" not in written
    assert errors == {
        "job buried": "travel_crm.domain.errors.MailRejectedError",
        "request failed": "json.decoder.JSONDecodeError",
    }
    assert {line["logger"].split(".")[0] for line in combined} >= {"travel_crm", "uvicorn"}
    assert "GET /customers 200" in [line["message"] for line in combined]


async def test_a_failed_request_is_logged_once_without_the_distribution_too(
    api: httpx.Client, log_dir: Path
) -> None:
    """The service says it, and the server's own words for the same exception are left out."""
    booking = booked(api, address())

    api.post("/payments", json={"booking_id": booking["id"], "token": "tok_broken"})
    wait_until(
        lambda: any(line["message"] == "POST /payments 500" for line in lines(log_dir / "combined.log"))
    )

    assert [line["logger"] for line in lines(log_dir / "error.log")] == ["travel_crm.api.errors"]


def test_a_request_without_a_key_is_nobodys(api: httpx.Client, log_dir: Path) -> None:
    """Sent on the heels of a tenant's on the same connection, it is in the tenant's context for uvicorn."""
    with_key = f"GET /customers HTTP/1.1\r\nHost: crm\r\nX-API-Key: {DEMO_KEY}\r\n\r\n"
    without = "GET /nothing HTTP/1.1\r\nHost: crm\r\n\r\n"
    port = api.base_url.port
    assert port is not None

    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall((with_key + without).encode())
        wait_until(lambda: {"GET /customers 200", "GET /nothing 404"} <= tenants_by_message(log_dir).keys())

    tenants = tenants_by_message(log_dir)
    assert tenants["GET /customers 200"] is not None
    assert tenants["GET /nothing 404"] is None


def tenants_by_message(log_dir: Path) -> dict[str, str | None]:
    """Return whose each message is."""
    return {line["message"]: line.get("tenant") for line in lines(log_dir / "combined.log")}
