"""What a process that runs makes of a Collector's answers. Reliability rows 4 and 5."""

import time

import pytest

from tests.integration.otel_distro.delivery.conftest import Start
from tests.integration.otel_distro.delivery.scripted_collector import (
    PATIENCE,
    Behaviour,
    ScriptedCollector,
    healthy,
    html,
    in_turn,
    partial,
    status,
    too_large,
    wait_until,
)

SIGNALS = ("traces", "metrics", "logs")


def test_a_collector_that_asks_for_time_gets_it(collector: ScriptedCollector, start: Start) -> None:
    """Reliability row 4: Retry-After 3 is kept to, signal by signal, and then everything arrives."""
    collector.behaviour = in_turn(status(429, Retry_After="3"), healthy)
    process = start({"OTEL_METRICS_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "none"}, spans=300, waits=True)

    assert wait_until(lambda: len(collector.received.taken("traces")) == 300, PATIENCE)
    refused, *later = collector.received.of("traces")
    assert min(request.at for request in later) - refused.at >= 3
    assert process.end().signals["traces"].account.delivered == 300


def test_a_long_wait_is_kept_to(collector: ScriptedCollector, start: Start) -> None:
    """Reliability row 4: with Retry-After 120 the batch is kept on disk, and nothing is sent before."""
    collector.behaviour = status(429, Retry_After="120")
    process = start({"OTEL_METRICS_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "none"}, spans=300, waits=True)
    assert wait_until(lambda: process.spooled("traces") == 300, PATIENCE)
    sent = len(collector.received.requests)
    collector.behaviour = healthy

    time.sleep(5)

    assert len(collector.received.requests) == sent
    assert process.end().signals["traces"].account.spooled == 300


@pytest.mark.parametrize("behaviour", [html, status(302, Location="/login")], ids=["HTML", "302"])
def test_what_is_no_otlp_answer_is_no_success(
    collector: ScriptedCollector, start: Start, behaviour: Behaviour
) -> None:
    """Reliability row 5: a login page takes nothing; telemetry waits until a Collector answers."""
    collector.behaviour = behaviour
    process = start(spans=300, logs=20, waits=True)
    assert wait_until(lambda: process.spooled("traces") == 300, PATIENCE)
    assert process.delivered("traces") == 0

    collector.behaviour = healthy

    assert wait_until(lambda: len(collector.received.taken("traces")) == 300, PATIENCE)
    assert process.end().signals["traces"].account.delivered == 300


def test_rejected_records_are_counted(collector: ScriptedCollector, start: Start) -> None:
    """Reliability row 5: after a partial success nothing is sent again, and what was rejected is lost."""
    collector.behaviour = in_turn(partial(7), healthy)
    process = start({"OTEL_METRICS_EXPORTER": "none", "OTEL_LOGS_EXPORTER": "none"}, spans=300, waits=True)
    assert wait_until(lambda: len(collector.received.taken("traces")) == 300, PATIENCE)

    account = process.end().signals["traces"].account

    assert account.dropped == {"rejected": 7}
    assert account.delivered == 293
    assert collector.received.repeated("traces") == 0
    assert "no room" in process.stderr


def test_what_is_too_large_is_sent_in_parts(collector: ScriptedCollector, start: Start) -> None:
    """Reliability row 5: a 413 loses nothing of any signal, nor of one metric with many points."""
    collector.behaviour = too_large(4000)
    process = start({"OTEL_METRIC_EXPORT_INTERVAL": "500"}, spans=1000, logs=200, points=1500, waits=True)

    assert wait_until(lambda: len(collector.received.taken("traces")) == 1000, PATIENCE)
    assert wait_until(lambda: len(collector.received.taken("logs")) == 200, PATIENCE)
    accounts = {name: process.end().signals[name].account for name in SIGNALS}

    assert all(account.lost == 0 and account.balanced for account in accounts.values())
    assert accounts["metrics"].delivered >= 1500
