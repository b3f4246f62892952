"""Says why an instrumentation does not fit the library that is installed.

Upstream's launcher passes over such an instrumentation. Asked by the report at start, and by
`otel-distro doctor`.
https://opentelemetry.io/docs/zero-code/python/troubleshooting/
"""

from dataclasses import dataclass
from importlib.metadata import EntryPoint

from opentelemetry.instrumentation.dependencies import get_dist_dependency_conflicts


@dataclass(frozen=True)
class Misfit:
    """What an instrumentation lacks.

    Args:
        wanted: the library and its versions.
        found: what is installed instead; empty where the library is not there at all.
    """

    wanted: str
    found: str


def misfit_of(entry_point: EntryPoint) -> Misfit | None:
    """Return what an instrumentation lacks, or `None` where it fits.

    Args:
        entry_point: of the group `opentelemetry_instrumentor`.
    """
    conflict = entry_point.dist and get_dist_dependency_conflicts(entry_point.dist)
    if not conflict:
        return None
    wanted = conflict.required or ", ".join(str(one) for one in conflict.required_any or ())
    found = conflict.found or ", ".join(str(one) for one in conflict.found_any or ())
    return Misfit(str(wanted).partition(";")[0].strip(), found)
