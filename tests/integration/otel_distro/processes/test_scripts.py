"""A script that a signal ends: its own handlers run as before, and what it recorded arrives."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from otel_distro.delivery.status import read_statuses
from tests.integration.otel_distro.conftest import PROGRAMS
from tests.integration.otel_distro.delivery.scripted_collector import (
    PATIENCE,
    ScriptedCollector,
    slow,
    wait_until,
)
from tests.integration.otel_distro.otlp_sink import OtlpSink
from tests.integration.otel_distro.processes.servers import APPLICATIONS
from tests.integration.otel_distro.processes.telemetry import counted

SCRIPT = [sys.executable, str(APPLICATIONS / "signalled.py")]
LAUNCHER = [str(PROGRAMS / "opentelemetry-instrument")]


def ended(command: list[str], environment: dict[str, str], number: int) -> tuple[int, str, str]:
    """Start a script, send it a signal once it is ready, and return its exit status and output."""
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        lines = ""
        while not lines.endswith("ready\n"):
            line = process.stdout.readline()
            assert line, lines
            lines += line
        process.send_signal(number)
        out, errors = process.communicate(timeout=60)
    return process.returncode, lines + out, errors


@pytest.mark.parametrize(
    ("way", "number", "spans"),
    [
        ("nothing", signal.SIGTERM, 200),
        ("nothing", signal.SIGHUP, 200),
        ("nothing", signal.SIGINT, 200),
        ("leave", signal.SIGTERM, 200),
        ("hand-on", signal.SIGTERM, 200),
        ("ignore", signal.SIGTERM, 200),
        ("asyncio", signal.SIGTERM, 400),
    ],
)
def test_signal_ends_a_script_as_before(
    environment: dict[str, str], otlp_sink: OtlpSink, way: str, number: int, spans: int
) -> None:
    """Status and output are the bare ones, and nothing is missing (Launching 6; Lifecycle)."""
    expected = ended([*SCRIPT, way], environment | {"OTEL_SDK_DISABLED": "true"}, number)

    status, output, errors = ended([*LAUNCHER, *SCRIPT, way], environment, number)

    assert (status, output) == expected[:2]
    assert "otel-distro" not in errors
    assert len(otlp_sink.spans) == spans
    assert counted(otlp_sink, "items") == spans


@pytest.mark.parametrize(("way", "expected"), [("return", -signal.SIGTERM), ("goodbye", 7)])
def test_signal_during_the_exit(environment: dict[str, str], way: str, expected: int) -> None:
    """The delivery that it interrupts goes on, or the application's handler has its way; nothing waits."""
    collector = ScriptedCollector(slow(1)).start()
    patient = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint, "OTEL_DISTRO_SHUTDOWN_TIMEOUT": "60000"}
    command = [*LAUNCHER, *SCRIPT, way]
    with subprocess.Popen(command, env=environment | patient, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        assert wait_until(lambda: bool(collector.received.of("traces")), PATIENCE)
        process.send_signal(signal.SIGTERM)
        status = process.wait(PATIENCE)
    collector.stop()

    assert status == expected
    if way == "return":
        assert len(collector.received.taken("traces")) == 200
        assert collector.received.of("metrics")


def test_handler_that_was_there_before_telemetry(environment: dict[str, str], otlp_sink: OtlpSink) -> None:
    """The order does not matter: a handler that hands on to the default action loses nothing."""
    status, output, _ = ended([*SCRIPT, "early"], environment, signal.SIGTERM)

    assert (status, output) == (-signal.SIGTERM, "handled\nready\ncleaned up\n")
    assert len(otlp_sink.spans) == 200


def test_dead_collector_delays_the_end_by_its_deadline_only(
    environment: dict[str, str], tmp_path: Path
) -> None:
    """Where nothing arrives, a signal ends the process all the same, and what it recorded is kept."""
    dead = environment | {
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9",
        "OTEL_DISTRO_SHUTDOWN_TIMEOUT": "500",
    }

    status, _, errors = ended([*LAUNCHER, *SCRIPT, "nothing"], dead, signal.SIGTERM)

    assert status == -signal.SIGTERM
    assert "200 spans" in errors
    assert "nothing lost" in errors


def test_an_end_with_a_backlog_says_what_it_lost(environment: dict[str, str], tmp_path: Path) -> None:
    """All that ends shares one time: whatever is not encoded in it is counted, metrics arrive or are kept."""
    dead = environment | {
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9",
        "OTEL_DISTRO_SHUTDOWN_TIMEOUT": "1000",
    }
    command = [*LAUNCHER, sys.executable, str(APPLICATIONS / "backlog.py")]

    status, _, errors = ended(command, dead, signal.SIGTERM)

    (process,) = read_statuses(tmp_path / "spool")
    accounts = {name: told.account for name, told in process.signals.items()}
    assert (status, process.ended) == (-signal.SIGTERM, True)
    assert [accounts[name].accepted for name in ("traces", "logs")] == [4000, 4000]
    assert accounts["metrics"].spooled
    for account in accounts.values():
        assert account.accepted == account.spooled + account.lost
    assert "exit with telemetry undelivered" in errors
