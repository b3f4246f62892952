"""How a process ends while its Collector has a fault: soon, with a word, and without a loss.

Reliability row 3 and trap Delivery 1; rows 4 and 5 at the exit. All of them end beside each other, as
they do little but wait.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.integration.otel_distro.delivery import scripted_collector as http
from tests.integration.otel_distro.delivery import scripted_grpc
from tests.integration.otel_distro.delivery.exits import LOGS, Exit, observe_exit
from tests.integration.otel_distro.delivery.faults import FAULTS, Fault

FEW, MANY = 100, 3000
LONGER = 6.5
"""Seconds that an exit may take more than one with a healthy Collector.

Three are promised, and ten is what a request takes that nobody answers; what is between them is for a
machine that has other things to do in one of the two.
"""

WITH_FEW = ("black hole", "503", "gRPC black hole")
EXITS = [*((name, MANY) for name in FAULTS), *((name, FEW) for name in WITH_FEW)]
CASES = [pytest.param(name, spans, id=f"{name}, {spans} spans") for name, spans in EXITS]
NO_FAULT = {
    "healthy": Fault("http/protobuf", http.healthy),
    "gRPC healthy": Fault("grpc", scripted_grpc.healthy),
}
HEALTHY = {"http/protobuf": "healthy", "grpc": "gRPC healthy"}
_AT_ONCE = 4

Exits = Mapping[tuple[str, int], Exit]


@pytest.fixture(scope="module")
def exits(tmp_path_factory: pytest.TempPathFactory) -> Exits:
    """End a process for each fault and number of spans, and one for each protocol with none."""

    def observe(case: tuple[str, int]) -> tuple[tuple[str, int], Exit]:
        name, spans = case
        fault = NO_FAULT.get(name) or FAULTS[name]
        return case, observe_exit(fault, spans, tmp_path_factory.mktemp("spool"))

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return dict(pool.map(observe, [*((name, MANY) for name in NO_FAULT), *EXITS]))


@pytest.mark.parametrize(("name", "spans"), CASES)
def test_the_exit_is_soon(exits: Exits, name: str, spans: int) -> None:
    """Reliability row 3: whatever the Collector does, the process ends when it should."""
    healthy = HEALTHY[FAULTS[name].protocol]

    assert exits[name, spans].seconds - exits[healthy, MANY].seconds <= LONGER


@pytest.mark.parametrize(("name", "spans"), CASES)
def test_the_exit_is_said(exits: Exits, name: str, spans: int) -> None:
    """Trap Launching 1: where telemetry did not arrive, standard error says so, and nothing else.

    What is kept is said in one line at the exit, and so is a loss that was not told before.
    """
    lines = exits[name, spans].stderr.splitlines()
    at_exit = [line for line in lines if line.startswith("otel-distro: exit with telemetry undelivered")]
    losses = [line for line in lines if line.startswith("otel-distro: telemetry was lost")]

    assert len(lines) == len(at_exit) + len(losses)
    assert bool(lines) != FAULTS[name].unsaid
    assert len(at_exit) <= 1
    assert at_exit or not exits[name, spans].account("traces").spooled


@pytest.mark.parametrize(("name", "spans"), CASES)
def test_everything_arrives_after_the_next_start(exits: Exits, name: str, spans: int) -> None:
    """Reliability rows 3, 4, 7: what the Collector did not take waits, and no span is lost."""
    observed = exits[name, spans]
    if FAULTS[name].reason:
        spans = 0

    assert len(observed.received.taken("traces")) == spans
    assert len(observed.received.taken("logs")) == (LOGS if spans else 0)
    assert observed.delivered("traces") == spans


@pytest.mark.parametrize(("name", "spans"), CASES)
def test_the_account_is_exact(exits: Exits, name: str, spans: int) -> None:
    """Reliability row 1, trap Delivery 2: accepted = delivered + spooled + dropped, to the unit."""
    observed = exits[name, spans]

    for signal, recorded in (("traces", spans), ("logs", LOGS)):
        account = observed.account(signal)
        assert account.accepted == recorded
        assert account.queued == 0
        assert account.balanced
    assert all(signal.account.balanced for signal in observed.heir.signals.values())
    points = observed.account("metrics")
    heir = observed.heir.signals["metrics"].account
    lost = points.lost + heir.lost
    assert points.accepted + heir.accepted - heir.recovered == observed.delivered("metrics") + lost


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault.reason])
def test_what_is_refused_for_good_is_counted_by_reason(exits: Exits, name: str) -> None:
    """Reliability row 5: the specification forbids to send it again, so the account names the reason."""
    reason = FAULTS[name].reason

    assert exits[name, MANY].account("traces").dropped == {reason: MANY}
    assert exits[name, MANY].account("logs").dropped == {reason: LOGS}


@pytest.mark.parametrize(("name", "spans"), CASES)
def test_at_most_one_request_arrives_twice(exits: Exits, name: str, spans: int) -> None:
    """Reliability row 7: the request whose outcome nobody knows; it is counted as such."""
    observed = exits[name, spans]
    requests = [request for request in observed.received.of("traces") if request.taken]

    assert observed.received.repeated("traces") <= max((len(r.records) for r in requests), default=0)
    assert observed.received.repeated("traces") <= observed.account("traces").unknown


@pytest.mark.parametrize("name", ["429, Retry-After 5", "429, Retry-After 120", "gRPC RetryInfo 120"])
def test_nothing_is_sent_before_the_time_that_was_asked(exits: Exits, name: str) -> None:
    """Reliability row 4: a signal that was told to wait is not sent again by the process that ends."""
    refused = [request for request in exits[name, MANY].received.of("traces") if not request.taken]

    assert len(refused) == 1
