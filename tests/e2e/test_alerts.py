"""Something is broken for real, and people are told: that it is, where to look, and that it is over."""

import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from stack.addresses import Addresses
from tests.alert_receivers import AlertReceivers
from tests.e2e.conftest import Crm, until
from tests.e2e.told import FIRING, RESOLVED, Told

TOLD_WITHIN = 120.0
OVER_WITHIN = 180.0


@pytest.fixture
def told(full_stack: Any, alert_receivers: AlertReceivers) -> Told:
    """Ask whoever is told by the full stack."""
    return Told(full_stack.addresses, alert_receivers)


@pytest.fixture
def failed_traces(crm: Crm, booking_draft: dict[str, Any]) -> Iterator[set[str]]:
    """Let somebody try to book twice a second, and keep the traces of what came to nothing."""
    over = threading.Event()
    failed: set[str] = set()

    def call() -> None:
        while not over.wait(0.5):
            sent = crm.post("/bookings", booking_draft)
            if sent.response.status_code >= 500:
                failed.add(sent.trace_id)

    thread = threading.Thread(target=call)
    thread.start()
    yield failed
    over.set()
    thread.join()


@pytest.mark.timeout(420)
def test_database_is_down_and_back(full_stack: Any, told: Told, failed_traces: set[str]) -> None:
    """All three are told within two minutes, of the cause alone, and of its end within three."""
    full_stack.stop("mongodb")
    try:
        until(lambda: told.everywhere(f"{FIRING}: DatabaseDown (travel-crm-api)"), TOLD_WITHIN)
        until(lambda: "ErrorRateHigh" in told.inhibited(), TOLD_WITHIN)
    finally:
        full_stack.start("mongodb")
    until(lambda: told.everywhere(f"{RESOLVED}: DatabaseDown (travel-crm-api)"), OVER_WITHIN)

    assert not told.anywhere("ErrorRateHigh")
    assert not told.anywhere("DatabaseTrouble")
    (message,) = set(told.by_email(f"{FIRING}: DatabaseDown (travel-crm-api)"))
    assert _traces_behind(message, full_stack.addresses) & failed_traces


def _traces_behind(message: str, addresses: Addresses) -> set[str]:
    """Go where a message leads: to the runbook, to a dashboard by its name, to traces by Tempo's search."""
    links = dict(re.findall(r"^(Runbook|Dashboard|Traces): +(\S+)\r?$", message, re.MULTILINE))
    assert Path(urlsplit(links["Runbook"]).path).read_text(encoding="utf-8").startswith("# DatabaseDown\n")
    assert urlsplit(links["Dashboard"]).path == "/d/travel-crm-data"
    pane = json.loads(parse_qs(urlsplit(links["Traces"]).query)["panes"][0])["a"]
    start, end = (int(pane["range"][edge]) // 1000 for edge in ("from", "to"))
    query = {"q": pane["queries"][0]["query"], "start": str(start), "end": str(end)}
    found = httpx.get(f"{addresses.tempo}/api/search", params=query).raise_for_status().json()["traces"]
    # Tempo leaves zeros at the beginning out.
    return {trace["traceID"].rjust(32, "0") for trace in found}
