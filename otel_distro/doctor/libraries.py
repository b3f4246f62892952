"""Checks that the installed libraries are in the versions that their instrumentations are made for.

The launcher passes over an instrumentation whose library does not fit.
"""

from collections.abc import Collection, Iterator
from importlib.metadata import entry_points

from otel_distro.doctor.finding import Finding
from otel_distro.instrumentation.misfit import misfit_of

_GROUP = "opentelemetry_instrumentor"
_EVERYTHING = "*"


def check_libraries(turned_off: Collection[str]) -> Iterator[Finding]:
    """Yield which libraries are instrumented, and a problem for each that is not but could be.

    Args:
        turned_off: names of instrumentations that a variable turns off.
    """
    fitting: list[str] = []
    absent: list[str] = []
    off: list[str] = []
    for entry_point in sorted(entry_points(group=_GROUP), key=lambda found: found.name):
        if entry_point.name in turned_off or _EVERYTHING in turned_off:
            off.append(entry_point.name)
            continue
        misfit = misfit_of(entry_point)
        if misfit and misfit.found:
            text = f"is not instrumented: {misfit.found} is installed, {misfit.wanted} is wanted"
            yield Finding(entry_point.name, text, "install a version that fits")
        else:
            (absent if misfit else fitting).append(entry_point.name)
    yield Finding("libraries", _told(fitting, absent, off))


def _told(fitting: list[str], absent: list[str], off: list[str]) -> str:
    parts = [f"there are instrumentations for {', '.join(fitting) or 'none'}"]
    if absent:
        parts.append(f"not installed: {', '.join(absent)}")
    if off:
        parts.append(f"turned off: {', '.join(off)}")
    return "; ".join(parts)
