"""Checks that the launcher loads this distribution, where several are installed.

Without a name it takes the first that it finds, in no order that one could rely on.
"""

from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points

from otel_distro.doctor.finding import Finding
from otel_distro.version import VERSION

OURS = "otel_distro"
_PARTS: Mapping[str, str] = {
    "opentelemetry_distro": "OTEL_PYTHON_DISTRO",
    "opentelemetry_configurator": "OTEL_PYTHON_CONFIGURATOR",
}


def check_distribution(chosen: Mapping[str, str]) -> Iterator[Finding]:
    """Yield whether the distribution and its configurator are the ones that are loaded.

    Args:
        chosen: the variables that name them, where they are set.
    """
    problems = [problem for group in _PARTS for problem in _check(group, chosen)]
    yield from problems
    if not problems:
        yield Finding("distribution", f"{OURS} {VERSION} is what opentelemetry-instrument loads")


def _check(group: str, chosen: Mapping[str, str]) -> Iterator[Finding]:
    variable = _PARTS[group]
    names = sorted({entry_point.name for entry_point in entry_points(group=group)})
    others = [name for name in names if name != OURS]
    remedy = f"set {variable}={OURS}, or uninstall the others"
    if OURS not in names:
        yield Finding("distribution", f"no entry point {OURS} in {group}", "install otel-distro again")
    elif chosen.get(variable) not in (None, OURS):
        yield Finding("distribution", f"{variable} chooses {chosen[variable]}", remedy)
    elif others and variable not in chosen:
        yield Finding("distribution", f"beside {OURS} there is {', '.join(others)}: either may load", remedy)
