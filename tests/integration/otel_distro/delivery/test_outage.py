"""A Collector that is killed, and started again after a while, under a steady stream of spans.

Reliability rows 1 and 12, and trap Delivery 3.
"""

import time
from dataclasses import dataclass
from itertools import pairwise

import pytest

from otel_distro.delivery.account import SignalAccount
from tests.integration.otel_distro.delivery.conftest import Start
from tests.integration.otel_distro.delivery.faults import Collector
from tests.integration.otel_distro.delivery.received import Request
from tests.integration.otel_distro.delivery.scripted_collector import (
    PATIENCE,
    ScriptedCollector,
    black_hole,
    wait_until,
)
from tests.integration.otel_distro.delivery.scripted_grpc import ScriptedGrpcCollector, running

RATE = 1000
BEFORE, AFTER = 3, 12
GROWTH = 40 * 1024 * 1024
LONGEST_SILENCE = 20
"""Seconds; ten are promised, to a machine that does nothing else."""


@dataclass(frozen=True)
class Outage:
    """What was seen: moments are monotonic seconds."""

    spans: int
    began: float
    ended: float
    grown: int
    account: SignalAccount
    lines: list[tuple[float, str]]
    requests: list[Request]


def observe(collector: Collector, start: Start, seconds: int, protocol: str = "http/protobuf") -> Outage:
    """Kill the Collector in the middle of a stream of spans, and start it again."""
    spans = RATE * (BEFORE + seconds + AFTER)
    variables = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint,
        "OTEL_EXPORTER_OTLP_PROTOCOL": protocol,
    }
    process = start(variables, spans=spans, rate=RATE, waits=True)
    process.wait_for("ready")
    time.sleep(BEFORE)
    resident = peak = process.resident_bytes
    began = time.monotonic()
    collector.stop()
    while time.monotonic() - began < seconds:
        peak = max(peak, process.resident_bytes)
        time.sleep(0.1)
    ended = time.monotonic()
    collector.start()
    process.wait_for("recorded", seconds + 60)
    wait_until(lambda: len(collector.received.taken("traces")) == spans, PATIENCE)
    peak = max(peak, process.resident_bytes)
    account = process.end().signals["traces"].account
    lines = [(at + process.began, line) for at, line in process.lines]
    requests = [request for request in collector.received.of("traces") if request.taken]
    return Outage(spans, began, ended, peak - resident, account, lines, requests)


def check(outage: Outage, collector: Collector) -> None:
    """Hold an outage to what is promised."""
    received = collector.received
    assert len(received.taken("traces")) == outage.spans
    assert received.repeated("traces") <= max(len(request.records) for request in outage.requests)
    assert outage.account.accepted == outage.account.delivered == outage.spans
    assert min(r.at for r in outage.requests if r.at > outage.ended) - outage.ended <= LONGEST_SILENCE

    said = [(at, line) for at, line in outage.lines if "not arriving" in line]
    assert said
    assert said[0][0] - outage.began <= LONGEST_SILENCE
    assert all(later - earlier >= 60 for (earlier, _), (later, _) in pairwise(said))
    assert ["arrives again" in line for _, line in outage.lines].count(True) == 1


def test_a_short_outage_loses_nothing(collector: ScriptedCollector, start: Start) -> None:
    """Reliability row 1: 0 lost, one request twice at most, said within ten seconds and when it ends."""
    check(observe(collector, start, 8), collector)


def test_a_collector_that_never_answers_is_named_before_its_timeout(
    collector: ScriptedCollector, start: Start
) -> None:
    """Reliability row 3: soon after the first request, which nobody has given up yet."""
    collector.behaviour = black_hole
    process = start(spans=1, waits=True)

    assert wait_until(lambda: bool(process.lines), PATIENCE)

    at, line = process.lines[0]
    assert process.began + at - collector.received.requests[0].at <= LONGEST_SILENCE
    assert "telemetry is not arriving" in line
    assert "(no answer yet)" in line


@pytest.mark.soak
def test_an_outage_of_a_minute_loses_nothing(collector: ScriptedCollector, start: Start) -> None:
    """Reliability row 1, trap Delivery 3: the same for 60 s, within 40 MB; a second line comes after 60."""
    outage = observe(collector, start, 60)

    check(outage, collector)
    assert outage.grown <= GROWTH


@pytest.mark.soak
def test_grpc_connects_again(start: Start) -> None:
    """Trap Delivery 3: a channel whose server was away for 20 s carries telemetry again within ten."""
    with running(ScriptedGrpcCollector()) as collector:
        check(observe(collector, start, 20, "grpc"), collector)


@pytest.mark.soak
def test_an_outage_is_said_once_a_minute(collector: ScriptedCollector, start: Start) -> None:
    """Reliability row 3: at most one line a minute for a signal, for as long as it lasts."""
    collector.stop()
    process = start(spans=130 * 10, rate=10, logs=10, points=10)

    process.wait(180)

    said = [at for at, line in process.lines if "not arriving" in line]
    assert 2 <= len(said) <= 3
    assert all(later - earlier >= 60 for earlier, later in pairwise(said))
