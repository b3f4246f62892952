"""Makes out what became of each installed instrumentation, and why.

`distro.py` notes what it was asked to instrument; the rest upstream's launcher passed over, for
reasons that it logs at DEBUG: they are found out again here.
https://opentelemetry.io/docs/zero-code/python/troubleshooting/
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import EntryPoint

from otel_distro.instrumentation.catalogue import missed
from otel_distro.instrumentation.misfit import misfit_of

INSTRUMENTED = "instrumented"


@dataclass(frozen=True)
class Outcome:
    """What became of one instrumentation.

    Args:
        library: the name of its entry point, such as `redis`.
        text: `instrumented`, or why not.
    """

    library: str
    text: str


def outcomes(
    entry_points: Iterable[EntryPoint],
    tried: Mapping[str, str],
    disabled: Collection[str],
    imported_before: Collection[str],
) -> list[Outcome]:
    """Return the outcome of each instrumentation, by name.

    Args:
        entry_points: of the group `opentelemetry_instrumentor`.
        tried: by name, nothing for those that were instrumented, else what went wrong.
        disabled: those that the operator turned off; `*` is all.
        imported_before: the modules that were there before anything was instrumented.
    """
    found = {one.name: _outcome(one, tried, disabled, imported_before) for one in entry_points}
    unknown = {
        name: "disabled, but there is no such instrumentation"
        for name in disabled
        if name not in {*found, "*"}
    }
    return [Outcome(name, text) for name, text in sorted((found | unknown).items())]


def _outcome(
    entry_point: EntryPoint,
    tried: Mapping[str, str],
    disabled: Collection[str],
    imported_before: Collection[str],
) -> str:
    name = entry_point.name
    if name in tried:
        late = missed(name, imported_before)
        return tried[name] or INSTRUMENTED + (f", but imported too early: {late}" if late else "")
    if name in disabled or "*" in disabled:
        return "not instrumented: disabled by OTEL_PYTHON_DISABLED_INSTRUMENTATIONS"
    return f"not instrumented: {_conflict(entry_point)}"


def _conflict(entry_point: EntryPoint) -> str:
    misfit = misfit_of(entry_point)
    if misfit is None:
        return "for a reason that upstream's launcher logged"
    if misfit.found:
        return f"version conflict: {misfit.wanted} is wanted, {misfit.found} is here"
    return f"{misfit.wanted} is not installed"
