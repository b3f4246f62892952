"""Observes how a process ends while its Collector has a fault, and what its heir delivers."""

from dataclasses import dataclass
from pathlib import Path

from otel_distro.delivery.account import SignalAccount
from otel_distro.delivery.status import ProcessStatus
from tests.integration.otel_distro.delivery.faults import Collector, Fault
from tests.integration.otel_distro.delivery.process import Process
from tests.integration.otel_distro.delivery.received import Received
from tests.integration.otel_distro.delivery.scripted_collector import PATIENCE, wait_until

LOGS = 100
POINTS = 50


@dataclass(frozen=True)
class Exit:
    """What was seen.

    Args:
        spans: that the process recorded.
        seconds: from the program's last statement to the end of the process.
        stderr: of the process.
        status: its last one.
        heir: the last status of the process that was started after it, with a healthy Collector.
        received: what the Collector was sent by both.
    """

    spans: int
    seconds: float
    stderr: str
    status: ProcessStatus
    heir: ProcessStatus
    received: Received

    def delivered(self, signal: str) -> int:
        """Return how many records of a signal both processes count as delivered."""
        return self.account(signal).delivered + self.heir.signals[signal].account.delivered

    def account(self, signal: str) -> SignalAccount:
        """Return the account of the process."""
        return self.status.signals[signal].account


def environment(collector: Collector, protocol: str, spool: Path) -> dict[str, str]:
    """Return the variables by which a process sends to a Collector."""
    return {
        "OTEL_SERVICE_NAME": "observed",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint,
        "OTEL_EXPORTER_OTLP_PROTOCOL": protocol,
        "OTEL_DISTRO_SPOOL_DIR": str(spool),
    }


def observe_exit(fault: Fault, spans: int, spool: Path) -> Exit:
    """Record telemetry of all three signals, end, mend the Collector, and start the program again."""
    collector = fault.create_collector()
    variables = environment(collector, fault.protocol, spool)
    try:
        process = Process(variables, spans=spans, logs=LOGS, points=POINTS)
        status = process.wait()
        fault.mend(collector)
        heir = Process(variables, waits=True)
        left = {name: signal.account.spooled for name, signal in status.signals.items()}
        wait_until(
            lambda: heir.reports and all(heir.delivered(name) >= count for name, count in left.items()),
            PATIENCE,
        )
        last = heir.end()
    finally:
        collector.stop()
    return Exit(spans, process.exit_seconds, process.stderr, status, last, collector.received)
