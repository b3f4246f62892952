"""What a stack was started with, so that a setting that came later is not ignored in silence.

Values are kept as digests: some are secrets, and whether they differ is all that is asked.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path


def remember(path: Path, variables: Mapping[str, str]) -> None:
    """Write down the variables of a stack that is being launched."""
    path.write_text(json.dumps(_digests(variables)), encoding="utf-8")


def changed(path: Path, variables: Mapping[str, str]) -> list[str]:
    """Return the names of those that differ from what was written down, or are in one of the two only."""
    before: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    now = _digests(variables)
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def _digests(variables: Mapping[str, str]) -> dict[str, str]:
    return {name: hashlib.sha256(value.encode()).hexdigest() for name, value in variables.items()}
