"""How the environment's addresses come to Prometheus, which expands no variables itself."""

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from stack.settings import CHECKOUT

_FOLDER = CHECKOUT / "backends" / "prometheus"

# Stands where Prometheus would, and says what it was started with.
_STAND_IN = '#!/bin/sh\nprintf "%s\\n" "$$" "$@"\n'


def _start(tmp_path: Path, **environ: str) -> tuple[int, list[str]]:
    binary = tmp_path / "prometheus"
    binary.write_text(_STAND_IN, encoding="utf-8")
    binary.chmod(0o755)
    environ = {"PATH": os.environ["PATH"], "PROMETHEUS_DATA_DIR": str(tmp_path / "data"), **environ}
    with subprocess.Popen(
        ["sh", _FOLDER / "start.sh", binary], env=environ, stdout=subprocess.PIPE, text=True
    ) as process:
        said, _ = process.communicate(timeout=10)
    pid, *arguments = said.splitlines()
    assert int(pid) == process.pid
    return process.returncode, arguments


def _thresholds(tmp_path: Path) -> dict[str, str]:
    file = tmp_path / "data" / "config" / "thresholds.yml"
    (group,) = yaml.safe_load(file.read_text(encoding="utf-8"))["groups"]
    return {rule["record"]: rule["expr"] for rule in group["rules"]}


def _targets(tmp_path: Path) -> dict[str, str]:
    files = (tmp_path / "data" / "config" / "targets").iterdir()
    return {file.stem: file.read_text(encoding="utf-8") for file in files}


def test_the_defaults_are_the_ports_on_loopback(tmp_path: Path) -> None:
    """Without a variable, everything is where the native stack puts it."""
    status, arguments = _start(tmp_path)

    assert status == 0
    assert "--web.listen-address=127.0.0.1:9090" in arguments
    assert _targets(tmp_path) == {
        "collector": '- targets: ["127.0.0.1:8888"]\n',
        "alertmanager": '- targets: ["127.0.0.1:9093"]\n',
        "prometheus": '- targets: ["127.0.0.1:9090"]\n',
    }


def test_ports_move_with_their_variables(tmp_path: Path) -> None:
    """A stack on free ports scrapes and alerts its own components."""
    _, arguments = _start(
        tmp_path, PROMETHEUS_PORT="21001", COLLECTOR_METRICS_PORT="21002", ALERTMANAGER_PORT="21003"
    )

    assert "--web.listen-address=127.0.0.1:21001" in arguments
    assert _targets(tmp_path) == {
        "collector": '- targets: ["127.0.0.1:21002"]\n',
        "alertmanager": '- targets: ["127.0.0.1:21003"]\n',
        "prometheus": '- targets: ["127.0.0.1:21001"]\n',
    }


def test_other_hosts_have_addresses_of_their_own(tmp_path: Path) -> None:
    """In containers the Collector and Alertmanager are found by their names."""
    _, arguments = _start(
        tmp_path,
        LISTEN_HOST="0.0.0.0",
        COLLECTOR_METRICS_ADDRESS="collector:8888",
        ALERTMANAGER_ADDRESS="alertmanager:9093",
    )

    assert "--web.listen-address=0.0.0.0:9090" in arguments
    assert _targets(tmp_path)["collector"] == '- targets: ["collector:8888"]\n'
    assert _targets(tmp_path)["alertmanager"] == '- targets: ["alertmanager:9093"]\n'


def test_the_configuration_is_linked_and_not_copied(tmp_path: Path) -> None:
    """An edit in the checkout counts on the next reload, and a second start finds all as it was."""
    _start(tmp_path)
    _start(tmp_path)

    config = tmp_path / "data" / "config"

    assert (config / "prometheus.yml").resolve() == _FOLDER / "prometheus.yml"
    assert (config / "rules").resolve() == _FOLDER / "rules"


@pytest.mark.parametrize("written", ["7.5", "7.5%"])
def test_thresholds_are_percentages_of_the_environment(tmp_path: Path, written: str) -> None:
    """With or without the sign; one that is not set has its default."""
    _start(tmp_path, ALERT_ERROR_RATE_THRESHOLD=written, ALERT_MEMORY_THRESHOLD="")

    assert _thresholds(tmp_path) == {
        "travel_crm:alert_error_rate_threshold:percent": "vector(7.5)",
        "travel_crm:alert_memory_threshold:percent": "vector(85)",
    }


@pytest.mark.parametrize("written", ["much", "0", "100.1", "-5", ".", "1.2.3", "5\n6", '1"); print("'])
def test_a_threshold_that_is_none_is_said_and_replaced(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], written: str
) -> None:
    """One line names the variable, the value and the default; Prometheus starts."""
    status, _ = _start(tmp_path, ALERT_MEMORY_THRESHOLD=written)

    assert status == 0
    assert _thresholds(tmp_path)["travel_crm:alert_memory_threshold:percent"] == "vector(85)"
    said = capfd.readouterr().err
    assert said.startswith(f"ALERT_MEMORY_THRESHOLD='{written}' is no percentage")
    assert said.endswith("85 is used\n")


def test_links_lead_where_the_environment_says(tmp_path: Path) -> None:
    """Prometheus finds both bases in its environment, without a slash at the end."""
    binary = tmp_path / "prometheus"
    binary.write_text('#!/bin/sh\nprintf "%s\\n" "$GRAFANA_URL" "$RUNBOOK_URL"\n', encoding="utf-8")
    binary.chmod(0o755)
    environ = {"PATH": os.environ["PATH"], "PROMETHEUS_DATA_DIR": str(tmp_path / "data")}

    def bases(**more: str) -> list[str]:
        command = ["sh", _FOLDER / "start.sh", binary]
        return subprocess.check_output(command, env=environ | more, text=True).splitlines()

    assert bases() == ["http://127.0.0.1:3000", f"file://{CHECKOUT}/docs/runbooks"]
    assert bases(GRAFANA_URL="https://g.example/", RUNBOOK_URL="https://r.example/books/") == [
        "https://g.example",
        "https://r.example/books",
    ]


def test_a_missing_data_directory_is_said(tmp_path: Path) -> None:
    """The line names the variable, and nothing is started."""
    done = subprocess.run(
        ["sh", _FOLDER / "start.sh", "prometheus"],
        env={"PATH": os.environ["PATH"]},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode != 0
    assert "PROMETHEUS_DATA_DIR" in done.stderr
