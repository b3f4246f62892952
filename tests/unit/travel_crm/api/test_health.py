"""Alive is not ready: what each probe says, and how long it may take."""

import asyncio
import time
from datetime import datetime

import httpx
import pytest

from tests.unit.travel_crm.conftest import Crm, client_of
from travel_crm.probing import Probe

pytestmark = pytest.mark.anyio


async def answer() -> None:
    """Answer at once."""


async def refuse() -> None:
    """Fail, with something in the message that nobody outside should see."""
    raise ConnectionError("10.0.0.7 refused")


async def hang() -> None:
    """Never answer."""
    await asyncio.Event().wait()


async def test_alive_whatever_is_down(http: httpx.AsyncClient, crm: Crm) -> None:
    """A restart would not bring the store back, so the process does not ask for one."""
    crm.probes |= {"mongodb": Probe(refuse), "redis": Probe(hang)}

    response = await http.get("/health/live")

    assert (response.status_code, response.json()["status"]) == (200, "ok")
    assert response.json()["timestamp"]


async def test_startup_says_for_how_long(http: httpx.AsyncClient) -> None:
    """Seconds since the service started; nothing that is down keeps it from starting."""
    first = (await http.get("/health/startup")).json()
    second = (await http.get("/health/startup")).json()

    assert first["status"] == "started"
    assert 0 <= first["uptime"] <= second["uptime"] < 60
    assert datetime.fromisoformat(first["timestamp"]).tzinfo is not None


async def test_health_needs_no_key(crm: Crm) -> None:
    """Whoever runs the service is no tenant."""
    async with client_of(crm) as client:
        del client.headers["X-API-Key"]

        assert (await client.get("/health/live")).status_code == 200


async def test_ready_when_everything_answers(http: httpx.AsyncClient, crm: Crm) -> None:
    """Each check is named."""
    crm.probes |= {"mongodb": Probe(answer), "redis": Probe(answer)}

    response = await http.get("/health/ready")

    assert response.status_code == 200
    assert response.json()["status"] == "ready"
    assert response.json()["checks"] == {"mongodb": "ok", "redis": "ok"}


async def test_not_ready_says_which_one(http: httpx.AsyncClient, crm: Crm) -> None:
    """Which one, and not why."""
    crm.probes |= {"mongodb": Probe(refuse), "redis": Probe(answer)}

    response = await http.get("/health/ready")

    assert response.status_code == 503
    assert response.json()["status"] == "not_ready"
    assert response.json()["checks"] == {"mongodb": "down", "redis": "ok"}
    assert "10.0.0.7" not in response.text


async def test_probes_that_hang_cost_a_second_together(http: httpx.AsyncClient, crm: Crm) -> None:
    """They are asked at once, and each is given up after a second: ten of them would take ten in turn."""
    crm.probes |= {f"store {number}": Probe(hang) for number in range(10)}
    began = time.monotonic()

    response = await http.get("/health/ready")

    assert set(response.json()["checks"].values()) == {"down"}
    assert 0.9 < time.monotonic() - began < 8
