"""`otel-distro doctor` as a person runs it: what it prints, and with which status it ends."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.otel_distro.conftest import clean_environment
from tests.integration.otel_distro.delivery.exits import environment
from tests.integration.otel_distro.delivery.process import Process
from tests.integration.otel_distro.delivery.scripted_collector import ScriptedCollector, status, wait_until

COMMAND = Path(sys.executable).with_name("otel-distro")


@pytest.fixture
def collector() -> Iterator[ScriptedCollector]:
    """Speak OTLP over HTTP."""
    scripted = ScriptedCollector().start()
    yield scripted
    scripted.stop()


@pytest.fixture
def variables(collector: ScriptedCollector, tmp_path: Path) -> dict[str, str]:
    """Return the variables of a service whose Collector is well."""
    return environment(collector, "http/protobuf", tmp_path / "spool")


def doctor(variables: dict[str, str]) -> tuple[int, list[str]]:
    """Run the command; return its exit status and its lines."""
    run = subprocess.run(
        [COMMAND, "doctor"],
        env=clean_environment() | variables,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.stderr == ""
    return run.returncode, run.stdout.splitlines()


def problems(lines: list[str]) -> list[str]:
    """Return the lines that tell of a problem."""
    return [line for line in lines if line.startswith("problem")]


def test_all_is_well(variables: dict[str, str]) -> None:
    """Status 0, each line begins with ok, and a process that delivered is among them."""
    Process(variables, spans=10, logs=10).wait()

    code, lines = doctor(variables)

    assert (code, problems(lines)) == (0, [])
    assert all(line.startswith("ok ") for line in lines)
    assert any("traces 10 of 10 delivered" in line for line in lines)


def test_settings_that_cannot_be_used_are_problems(variables: dict[str, str]) -> None:
    """Reliability row 9: the status is not 0, the variable is named, and no secret is shown."""
    bad = {"OTEL_METRIC_EXPORT_INTERVAL": "-1", "OTEL_EXPORTER_OTLP_HEADERS": "canary"}

    code, lines = doctor(variables | bad)

    assert code == 1
    assert len(problems(lines)) == 2
    assert all(any(name in line for line in problems(lines)) for name in bad)
    assert "canary" not in "".join(lines)


def test_telemetry_that_is_turned_off_is_said(variables: dict[str, str]) -> None:
    """A signal without exporter was asked for; all of them, or the SDK, are a reason for no data."""
    none = {f"OTEL_{signal}_EXPORTER": "none" for signal in ("TRACES", "METRICS", "LOGS")}

    some = doctor(variables | {"OTEL_METRICS_EXPORTER": "none"})
    every = doctor(variables | none)
    disabled = doctor(variables | {"OTEL_SDK_DISABLED": "true"})

    assert some[0] == 0
    assert any("metrics not sent" in line for line in some[1])
    assert every[0] == disabled[0] == 1
    assert "OTEL_SDK_DISABLED" in problems(disabled[1])[0]


def test_a_running_process_whose_telemetry_does_not_arrive(
    collector: ScriptedCollector, variables: dict[str, str]
) -> None:
    """Its account and its last error are told, and what waits."""
    collector.behaviour = status(503)
    process = Process(variables, spans=50, logs=10, waits=True)
    assert wait_until(lambda: process.spooled("traces") == 50, 15)

    code, lines = doctor(variables)
    process.end()

    assert code == 1
    told = next(line for line in problems(lines) if f"pid {process.popen.pid}" in line)
    assert "not arriving" in told
    assert "HTTP 503" in told
    assert "50 wait" in told
    assert any("50 spans" in line and "by a process that runs" in line for line in lines)


def test_what_a_process_left_and_lost_is_told(
    collector: ScriptedCollector, variables: dict[str, str]
) -> None:
    """Telemetry waits for the next start; what was refused for good is told with its reason."""
    collector.stop()
    Process(variables, spans=50).wait()
    left = doctor(variables)
    collector.start()
    collector.behaviour = status(401)
    Process(variables, spans=50, logs=1).wait()
    collector.behaviour = lambda exchange: exchange.answer()
    lost = doctor(variables)

    assert any("left by processes that are gone" in line for line in problems(left[1]))
    assert lost[0] == 1
    assert any("http_401" in line for line in problems(lost[1]))


def test_a_spool_that_cannot_be_written(variables: dict[str, str], tmp_path: Path) -> None:
    """The directory that is used instead is named."""
    (tmp_path / "file").touch()
    unusable = {"OTEL_DISTRO_SPOOL_DIR": str(tmp_path / "file" / "spool"), "HOME": str(tmp_path / "home")}

    code, lines = doctor(variables | unusable)

    assert code == 1
    assert str(tmp_path / "home") in problems(lines)[0]
    assert "OTEL_DISTRO_SPOOL_DIR" in problems(lines)[0]


@pytest.mark.parametrize("chosen", [None, "otel_distro"])
def test_another_distribution_is_pointed_out(
    variables: dict[str, str], tmp_path: Path, chosen: str | None
) -> None:
    """Where two are installed, either may load, unless this one is chosen."""
    metadata = tmp_path / "packages" / "other-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[opentelemetry_distro]\nother = other.distro:Other\n")
    choice = {"OTEL_PYTHON_DISTRO": chosen} if chosen else {}

    code, lines = doctor(variables | choice | {"PYTHONPATH": str(metadata.parent)})

    assert code == (0 if chosen == "otel_distro" else 1)
    assert any("OTEL_PYTHON_DISTRO" in line for line in problems(lines)) == (chosen != "otel_distro")


def test_a_library_in_a_version_that_does_not_fit(variables: dict[str, str], tmp_path: Path) -> None:
    """The launcher passes over its instrumentation; what is installed and what is needed is told."""
    metadata = tmp_path / "packages" / "redis-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: redis\nVersion: 1.0\n")

    code, lines = doctor(variables | {"PYTHONPATH": str(metadata.parent)})

    assert code == 1
    assert "redis 1.0 is installed" in problems(lines)[0]
