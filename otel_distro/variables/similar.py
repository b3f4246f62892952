"""Points out variables that nobody reads and that look like a slip of the pen.

Most unknown `OTEL_*` variables belong to somebody else: only those near a known name are pointed
out, by their letters or for want of one word, and every unknown one that begins with `OTEL_DISTRO_`.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches

from otel_distro.variables.instrumentation import library_of

_LIKENESS = 0.9
_LIKENESS_OF_LIBRARIES = 0.8
_OURS = "OTEL_DISTRO_"


def unknown_names(names: Iterable[str], known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield each suspicious name, and a sentence about it.

    Args:
        names: of the variables that are set.
        known: all that somebody reads.
    """
    for name in names:
        if not name.startswith("OTEL_") or name in known:
            continue
        meant = _meant(name, known)
        if meant:
            yield name, f"{name}: nothing reads it; did you mean {meant}?"
        elif name.startswith(_OURS):
            yield name, f"{name}: nothing reads it; `otel-distro settings` lists what there is"


def _meant(name: str, known: Collection[str]) -> str:
    """Return the name that was probably meant; an empty one where nothing says so."""
    library = library_of(name)
    if library:
        return _meant_for_a_library(library, known)
    renamed = re.sub("_URL$", "_ENDPOINT", name)
    if renamed in known:
        return renamed
    fuller = [one for one in known if _lacks_one_word(name, one)]
    return "".join(get_close_matches(name, known, 1, _LIKENESS) or get_close_matches(name, fuller, 1))


def _meant_for_a_library(library: str, known: Iterable[str]) -> str:
    libraries = {library_of(one): one for one in known if library_of(one)}
    near = get_close_matches(library, libraries, 1, _LIKENESS_OF_LIBRARIES)
    return libraries[near[0]] if near else ""


def _lacks_one_word(name: str, known: str) -> bool:
    words = known.split("_")
    return any(words[:index] + words[index + 1 :] == name.split("_") for index in range(1, len(words)))
