"""Shows the settings as a table: variable, value in force, default, and why.

Printed by `otel-distro settings`. A secret's value is never shown, only that it is set.
"""

import textwrap
from collections.abc import Iterable, Sequence

from otel_distro.settings import CHECKED, VARIABLES, Settings
from otel_distro.variables.masking import HIDDEN, masked
from otel_distro.variables.variable import Variable, as_text

_HEADINGS = ("variable", "in force", "default", "why")
_WIDEST = 44

Row = tuple[str, str, str, str]


def settings_table(settings: Settings, set_names: Iterable[str], *, everything: bool = False) -> str:
    """Return the table as text, one variable a row, with a `*` where the environment set it.

    Args:
        settings: what is in force.
        set_names: the variables that the environment held.
        everything: whether variables that only the SDK or an instrumentation reads are listed
            where they are not set, too.
    """
    held = frozenset(set_names)
    rows = [_row(variable, as_text(getattr(settings, name)), held) for name, variable in VARIABLES.items()]
    rows += [
        _row(variable, settings.others.get(name, variable.default), held)
        for name, variable in CHECKED.items()
        if everything or name in settings.others
    ]
    return _aligned([_HEADINGS, *rows]) + "\n\n* set in the environment"


def _row(variable: Variable, value: str, held: frozenset[str]) -> Row:
    mark = " *" if variable.name in held else ""
    return variable.name + mark, _shown(variable, value), variable.default or "-", variable.why


def _shown(variable: Variable, value: str) -> str:
    if not value:
        return "-"
    return HIDDEN if variable.secret else masked(value)


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
