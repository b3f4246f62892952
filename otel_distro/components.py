"""Checks names of parts that come from installed packages: exporters, propagators, samplers.

Such a part is an entry point; the SDK gives up where one does not exist or cannot be loaded. What
belongs to OpenTelemetry itself is known by name, so that nothing is looked up by default.
https://packaging.python.org/en/latest/specifications/entry-points/
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from otel_distro import parsing


def component(group: str, *known: str) -> Callable[[str], str]:
    """Return a parser for the name of one part.

    Args:
        group: of entry points.
        known: the names that need no looking up; they are taken in any case.
    """

    def parse(value: str) -> str:
        stripped = value.strip()
        if stripped.lower() in known:
            return stripped.lower()
        if not _loads(group, stripped):
            raise ValueError("is not installed here, or cannot be loaded")
        return stripped

    return parse


def components(group: str, *known: str) -> Callable[[str], tuple[str, ...]]:
    """Return a parser for names of parts, separated by commas; see `component`."""
    parse_one = component(group, *known)

    def usable(name: str) -> bool:
        try:
            parse_one(name)
        except ValueError:
            return False
        return True

    def parse(value: str) -> tuple[str, ...]:
        members = parsing.each(
            list(parsing.names(value)), usable, "is not installed here, or cannot be loaded"
        )
        return tuple(parse_one(name) for name in members)

    return parse


@cache
def _loads(group: str, name: str) -> bool:
    # Only now: it takes longer to import than all that reads the settings.
    from importlib.metadata import entry_points

    found: Any = entry_points(group=group, name=name)
    try:
        return bool(found) and next(iter(found)).load() is not None
    except Exception:  # noqa: BLE001 - whatever a third party's module raises
        return False
