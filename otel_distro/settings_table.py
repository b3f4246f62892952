"""Shows the settings as a table: variable, value in force, default, and why.

Printed by `otel-distro settings`. A secret's value is never shown, only that it is set.
"""

import re
import textwrap
from collections.abc import Iterable, Sequence

from otel_distro.settings import VARIABLES, Settings, Variable, as_text

_HEADINGS = ("variable", "in force", "default", "why")
_WIDEST = 44
_USER_INFO = re.compile(r"(?<=://)[^/@\s]+@")
_SECRET_PAIR = re.compile(r"(?i)((?:password|passwd|secret|token|key)[^=,]*=)[^,]*")
HIDDEN = "set, not shown"

Row = tuple[str, str, str, str]


def settings_table(settings: Settings, set_names: Iterable[str]) -> str:
    """Return the table as text, one variable a row, with a `*` where the environment set it.

    Args:
        settings: what is in force.
        set_names: the variables that the environment held.
    """
    held = frozenset(set_names)
    rows = [_row(settings, name, variable, held) for name, variable in VARIABLES.items()]
    return _aligned([_HEADINGS, *rows]) + "\n\n* set in the environment"


def _row(settings: Settings, name: str, variable: Variable, held: frozenset[str]) -> Row:
    value = as_text(getattr(settings, name))
    mark = " *" if variable.name in held else ""
    return variable.name + mark, _shown(variable, value), variable.default or "-", variable.why


def _shown(variable: Variable, value: str) -> str:
    if not value:
        return "-"
    if variable.secret:
        return HIDDEN
    return _SECRET_PAIR.sub(r"\1…", _USER_INFO.sub("…@", value))


def _aligned(rows: Sequence[Row]) -> str:
    widths = [min(_WIDEST, max(len(row[column]) for row in rows)) for column in (1, 2)]
    first = max(len(row[0]) for row in rows)
    return "\n".join(_lines(row, first, *widths) for row in rows)


def _lines(row: Row, first: int, second: int, third: int) -> str:
    values = textwrap.wrap(row[1], second) or [""]
    defaults = textwrap.wrap(row[2], third) or [""]
    lines = [f"{row[0]:<{first}}  {values[0]:<{second}}  {defaults[0]:<{third}}  {row[3]}"]
    for index in range(1, max(len(values), len(defaults))):
        value = values[index] if index < len(values) else ""
        default = defaults[index] if index < len(defaults) else ""
        lines.append(f"{'':<{first}}  {value:<{second}}  {default:<{third}}")
    return "\n".join(line.rstrip() for line in lines)
