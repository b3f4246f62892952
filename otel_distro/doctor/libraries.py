"""Checks that the installed libraries are in the versions that their instrumentations are made for.

The launcher passes over an instrumentation whose library does not fit, and says so to nobody.
"""

from collections.abc import Collection, Iterator
from importlib.metadata import EntryPoint, entry_points

from opentelemetry.instrumentation.dependencies import get_dist_dependency_conflicts

from otel_distro.doctor.finding import Finding

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
        missing, conflict = _conflict(entry_point)
        if conflict:
            yield Finding(entry_point.name, conflict, "install a version that fits")
        (absent if missing else fitting).append(entry_point.name)
    yield Finding("libraries", _told(fitting, absent, off))


def _conflict(entry_point: EntryPoint) -> tuple[bool, str | None]:
    """Return whether the library is absent, and what is wrong with its version."""
    distribution = entry_point.dist
    conflict = get_dist_dependency_conflicts(distribution) if distribution else None
    if conflict is None:
        return False, None
    found = conflict.found or ", ".join(conflict.found_any or ())
    if not found:
        return True, None
    needed = conflict.required or " or ".join(conflict.required_any or ())
    return True, f"is not instrumented: {found} is installed, {needed} is needed"


def _told(fitting: list[str], absent: list[str], off: list[str]) -> str:
    parts = [f"there are instrumentations for {', '.join(fitting) or 'none'}"]
    if absent:
        parts.append(f"not installed: {', '.join(absent)}")
    if off:
        parts.append(f"turned off: {', '.join(off)}")
    return "; ".join(parts)
