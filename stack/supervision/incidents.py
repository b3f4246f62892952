"""The list of what died and came back, written by the watch and read by whoever shows it."""

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Incident:
    """A component died, or runs again after it did; `time` is in seconds since 1970."""

    time: float
    component: str
    died: bool


def append(path: Path, incident: Incident) -> None:
    """Add the incident to the list."""
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(vars(incident)) + "\n")


def read(path: Path) -> list[Incident]:
    """Return the incidents since the stack was launched, none if there is no list."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    except FileNotFoundError:
        return []
    # One that is just being written has no end yet.
    return [Incident(**json.loads(line)) for line in lines if line.endswith("\n")]
