"""That a port has one default, wherever a configuration file names it."""

import re

import pytest

from stack.settings import CHECKOUT, Ports

_DEFAULT = re.compile(r"\$\{(?:env:)?(?P<variable>[A-Z_]+)_PORT:-(?P<default>\d+)\}")

_FILES = (
    "collector/config/base.yaml",
    "collector/config/embedded.yaml",
    "backends/tempo/tempo.yaml",
    "backends/loki/loki.yaml",
    "backends/prometheus/start.sh",
)


@pytest.mark.parametrize("file", _FILES)
def test_defaults_are_those_of_the_stack(file: str) -> None:
    """Started by hand, a component is where its neighbours look for it."""
    text = (CHECKOUT / file).read_text(encoding="utf-8")

    named = {m["variable"].lower(): int(m["default"]) for m in _DEFAULT.finditer(text)}

    # Grafana is compose's alone; here it is where links lead.
    assert named.pop("grafana", 3000) == 3000
    assert named == {name: Ports().number(name) for name in named}
    assert named
