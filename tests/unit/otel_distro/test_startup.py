"""The start-up file that lies among the installed packages."""

import re
from pathlib import Path

import pytest

from otel_distro.environment_variables import OTEL_DISTRO_INSTRUMENT
from otel_distro.interpreter import STARTUP_FILE, what_keeps_us_out
from otel_distro.variables.launching import BEFORE_THE_DISTRIBUTION

ROOT = Path(__file__).parents[3]


def test_startup_file_asks_for_the_variables_that_are_read_early() -> None:
    """It loads nothing where none of them is set, and knows them by name as it can import nothing."""
    asked_for = re.findall(r'"(OTEL_\w+)"', (ROOT / "otel_distro" / "startup.pth").read_text())

    assert sorted(asked_for) == sorted([*BEFORE_THE_DISTRIBUTION, OTEL_DISTRO_INSTRUMENT])


@pytest.mark.parametrize(
    ("first_line", "arguments", "reason"),
    [
        ("", [], ""),
        ("#!/bin/sh\n", ["-S"], ""),
        (
            "#!{python} -IS\n",
            [],
            "python -S leaves installed packages out; the program runs without telemetry",
        ),
        (
            "#!{python} -I\n",
            ["-S"],
            "otel-distro is not installed beside {python}; the program may run without telemetry",
        ),
        ("\N{SNOWMAN}", [], ""),
    ],
)
def test_reason_is_read_from_the_first_line(
    tmp_path: Path, first_line: str, arguments: list[str], reason: str
) -> None:
    """The interpreter's own options count, those of the script do not."""
    python = tmp_path / "bin" / "python3"
    (tmp_path / "lib" / "python3.11" / "site-packages").mkdir(parents=True)
    script = tmp_path / "tool"
    script.write_text(first_line.format(python=python))

    assert what_keeps_us_out(str(script), arguments) == reason.format(python=python)


def test_environment_with_the_startup_file_is_fine(tmp_path: Path) -> None:
    """A Python beside which it lies is reached."""
    packages = tmp_path / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    (packages / STARTUP_FILE).touch()

    assert what_keeps_us_out(str(tmp_path / "bin" / "python"), ["-I", "app.py", "-S"]) == ""
