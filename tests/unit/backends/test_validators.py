"""Each backend's own checker over the file that it is started with."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from stack.build.binaries import Binaries
from stack.settings import CHECKOUT
from tests.catalogues.alert_rules import RULE_TESTS

_BACKENDS = CHECKOUT / "backends"


def _check(command: list[str | Path], environ: Mapping[str, str] | None = None) -> str:
    done = subprocess.run(command, env=environ or {}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_prometheus_accepts_its_configuration_and_rules(binaries: Binaries) -> None:
    """`promtool` finds the rules, and no fault in them or in the configuration."""
    said = _check([binaries("promtool"), "check", "config", _BACKENDS / "prometheus" / "prometheus.yml"])

    assert "rules found" in said


@pytest.mark.parametrize("file", RULE_TESTS, ids=lambda file: file.stem)
def test_prometheus_makes_of_measurements_what_is_expected(binaries: Binaries, file: Path) -> None:
    """Each alert fires where it should, with these labels and words, and is silent where it should be."""
    said = _check([binaries("promtool"), "test", "rules", file])

    assert "SUCCESS" in said


def test_alertmanager_accepts_its_configuration(binaries: Binaries) -> None:
    """`amtool` reads the route and its receiver."""
    said = _check([binaries("amtool"), "check-config", _BACKENDS / "alertmanager" / "alertmanager.yml"])

    assert "SUCCESS" in said


def test_tempo_accepts_its_configuration(binaries: Binaries, tmp_path: Path) -> None:
    """Tempo knows every setting, and has no warning about their combination."""
    said = _check(
        [
            binaries("tempo"),
            f"-config.file={_BACKENDS / 'tempo' / 'tempo.yaml'}",
            "-config.expand-env=true",
            "-config.verify=true",
        ],
        {"TEMPO_DATA_DIR": str(tmp_path)},
    )

    assert said == ""


def test_loki_accepts_its_configuration(binaries: Binaries, tmp_path: Path) -> None:
    """Loki knows every setting."""
    _check(
        [
            binaries("loki"),
            f"-config.file={_BACKENDS / 'loki' / 'loki.yaml'}",
            "-config.expand-env=true",
            "-verify-config",
        ],
        {"LOKI_DATA_DIR": str(tmp_path)},
    )
