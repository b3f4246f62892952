"""Something is broken for real, and people are told: that it is, where to look, and that it is over."""

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from stack.addresses import Addresses
from stack.demo_key import demo_key
from stack.traffic.play import Play, play_traffic
from tests.alert_receivers import AlertReceivers
from tests.e2e.backends import ask
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


def test_every_rule_is_evaluated(full_stack: Any) -> None:
    """Prometheus has no complaint about any, those of the environment's thresholds among them."""

    def unevaluated() -> dict[str, str]:
        answer = ask(f"{full_stack.addresses.prometheus}/api/v1/rules").raise_for_status().json()
        rules = [rule for group in answer["data"]["groups"] for rule in group["rules"]]
        assert {"travel_crm:alert_memory_threshold:percent", "DatabaseDown"} <= {one["name"] for one in rules}
        return {rule["name"]: rule.get("lastError", "") for rule in rules if rule["health"] != "ok"}

    until(lambda: not unevaluated(), 30)


@pytest.fixture
def drill(full_stack: Any) -> Iterator[None]:
    """Play two minutes of an agency's days in which three errands in ten fail, and some queries wait."""
    play = Play(seconds=120, rate=10, failures=0.3)
    key = demo_key(full_stack.settings)
    playing = play_traffic(full_stack.addresses.api, key, play, lambda at, tally: None)
    thread = threading.Thread(target=asyncio.run, args=(playing,))
    thread.start()
    yield
    thread.join()


# Before the database is down: for ten minutes after that none of this would be told.
@pytest.mark.soak
@pytest.mark.timeout(420)
@pytest.mark.usefixtures("drill")
def test_errors_breaches_and_memory_are_told(told: Told) -> None:
    """The threshold of memory lies below what is used, so that its alert is told as well."""
    for subject in ("ErrorRateHigh (travel-crm-api)", "PaymentsFailing"):
        until(lambda subject=subject: told.everywhere(f"{FIRING}: {subject}"), TOLD_WITHIN)
    for subject in ("SlaBreached", "MemoryHigh (travel-crm-api)"):
        until(lambda subject=subject: told.by_slack(f"{FIRING}: {subject}"), TOLD_WITHIN)
        until(lambda subject=subject: told.by_email(f"{FIRING}: {subject}"))
    # A warning: nobody is woken by it.
    assert not told.by_pagerduty(f"{FIRING}: MemoryHigh (travel-crm-api)")


@pytest.mark.timeout(420)
def test_database_is_down_and_back(full_stack: Any, told: Told, failed_traces: set[str]) -> None:
    """All three are told within two minutes, of the cause alone, and of its end within three."""
    before = told.times("ErrorRateHigh")
    full_stack.stop("mongodb")
    try:
        until(lambda: told.everywhere(f"{FIRING}: DatabaseDown (travel-crm-api)"), TOLD_WITHIN)
        until(lambda: "ErrorRateHigh" in told.inhibited(), TOLD_WITHIN)
    finally:
        full_stack.start("mongodb")
    until(lambda: told.everywhere(f"{RESOLVED}: DatabaseDown (travel-crm-api)"), OVER_WITHIN)

    assert told.times("ErrorRateHigh") == before
    assert told.times("DatabaseTrouble") == 0
    (message,) = set(told.by_email(f"{FIRING}: DatabaseDown (travel-crm-api)"))
    assert _traces_behind(message, full_stack.addresses) & failed_traces


def _traces_behind(message: str, addresses: Addresses) -> set[str]:
    """Go where a message leads: to the runbook, to a dashboard by its name, to traces by Tempo's search."""
    links = dict(re.findall(r"^(Runbook|Dashboard|Traces): +(\S+)\r?$", message, re.MULTILINE))
    assert Path(urlsplit(links["Runbook"]).path).read_text(encoding="utf-8").startswith("# DatabaseDown\n")
    assert urlsplit(links["Dashboard"]).path == "/d/travel-crm-data"
    pane = json.loads(parse_qs(urlsplit(links["Traces"]).query)["panes"][0])["a"]
    start, end = (int(pane["range"][edge]) // 1000 for edge in ("from", "to"))
    query = {"q": pane["queries"][0]["query"], "start": str(start), "end": str(end), "limit": "1000"}
    found = ask(f"{addresses.tempo}/api/search", **query).raise_for_status().json()["traces"]
    # Tempo leaves zeros at the beginning out.
    return {trace["traceID"].rjust(32, "0") for trace in found}
