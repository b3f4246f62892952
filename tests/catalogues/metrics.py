"""Which series there are, as `docs/metrics.md` has them, and which ones a query asks for.

The end-to-end tests hold the document to what arrives; `make check` holds every query to the document.
"""

import re

import promql_parser

from stack.settings import CHECKOUT
from tests.catalogues.alert_rules import rules

_DOCUMENT = CHECKOUT / "docs" / "metrics.md"
_ROW = re.compile(r"^\| (?P<names>`[^|]+) \| (?P<kind>[^|]+) \|", re.MULTILINE)
# Prometheus makes these itself.
_OF_PROMETHEUS = {"up", "ALERTS"}


def documented() -> dict[str, str]:
    """Return the kind of each documented metric, by its name without a histogram's suffixes."""
    rows = _ROW.finditer(_DOCUMENT.read_text(encoding="utf-8"))
    return {name: row["kind"] for row in rows for name in re.findall(r"`([a-zA-Z_:][\w:]*)`", row["names"])}


def series_of(name: str, kind: str) -> set[str]:
    """Return the names of the series of a metric."""
    if kind.startswith("histogram"):
        return {f"{name}_{suffix}" for suffix in ("bucket", "sum", "count")}
    return {name}


def known_series() -> set[str]:
    """Return every name that a query may ask for: documented, recorded by a rule, or Prometheus's own."""
    measured = {series for name, kind in documented().items() for series in series_of(name, kind)}
    return measured | {rule["record"] for rule in rules() if "record" in rule} | _OF_PROMETHEUS


def asked_for(query: str) -> set[str]:
    """Return the names that a query selects by; raise `ValueError` for one that is no PromQL.

    A selector without a name is returned as it is written: nothing can be looked up for it.
    """
    names: set[str] = set()

    def visit(expression: promql_parser.Expr) -> bool:
        if isinstance(expression, promql_parser.VectorSelector):
            names.add(expression.name or str(expression))
        return True

    promql_parser.walk(promql_parser.parse(query), visit)
    return names
