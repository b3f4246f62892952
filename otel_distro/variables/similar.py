"""Points out variables that nobody reads and that look like a slip of the pen.

Most unknown `OTEL_*` variables belong to somebody else: only those near a known name are pointed
out, and every unknown one that begins with `OTEL_DISTRO_`.
"""

from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches

from otel_distro.variables.instrumentation import of_a_library

_LIKENESS = 0.9
_OURS = "OTEL_DISTRO_"


def unknown_names(names: Iterable[str], known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield each suspicious name, and a sentence about it.

    Args:
        names: of the variables that are set.
        known: all that somebody reads.
    """
    for name in names:
        if not name.startswith("OTEL_") or name in known or of_a_library(name):
            continue
        near = get_close_matches(name, known, 1, _LIKENESS)
        if near:
            yield name, f"{name}: nothing reads it; did you mean {near[0]}?"
        elif name.startswith(_OURS):
            yield name, f"{name}: nothing reads it; `otel-distro settings` lists what there is"
