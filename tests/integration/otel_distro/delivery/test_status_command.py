"""`otel-distro status`: what became of the telemetry of all processes of a service."""

import subprocess
import sys
from pathlib import Path

from tests.integration.otel_distro.conftest import clean_environment
from tests.integration.otel_distro.delivery.conftest import Start
from tests.integration.otel_distro.delivery.scripted_collector import PATIENCE, wait_until

COMMAND = Path(sys.executable).with_name("otel-distro")


def status(variables: dict[str, str]) -> str:
    """Run the command."""
    run = subprocess.run(
        [COMMAND, "status"],
        env=clean_environment() | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert run.stderr == ""
    return run.stdout


def test_all_processes_of_a_service_are_shown(start: Start, spool: Path) -> None:
    """Trap Delivery 2: accepted, delivered, spooled, dropped and the last error, alive, ended or killed."""
    ended = start(spans=10)
    ended.wait()
    killed, running = start(spans=20, waits=True), start(spans=30, waits=True)
    other = start({"OTEL_SERVICE_NAME": "another"}, spans=40)
    other.wait()
    assert wait_until(
        lambda: killed.delivered("traces") == 20 and running.delivered("traces") == 30, PATIENCE
    )
    killed.kill()

    everything = status({"OTEL_DISTRO_SPOOL_DIR": str(spool)})
    of_service = status({"OTEL_DISTRO_SPOOL_DIR": str(spool), "OTEL_SERVICE_NAME": "observed"})

    assert f"another, pid {other.popen.pid}: ended" in everything
    assert "another" not in of_service
    for process, state, spans in (
        (ended, "ended", 10),
        (killed, "gone without a goodbye", 20),
        (running, "running", 30),
    ):
        block = of_service.partition(f"observed, pid {process.popen.pid}: {state}")[2]
        assert (
            f"accepted {spans}, delivered {spans}, queued 0, spooled 0, dropped 0" in block.split("\n\n")[0]
        )
