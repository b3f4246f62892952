"""That what rules and runbooks ask for exists: a rule on a name that nothing has is silent for ever."""

import re
from collections.abc import Iterator

import pytest

from stack.settings import CHECKOUT
from tests.catalogues.alert_rules import rules
from tests.catalogues.metrics import asked_for, known_series

_RUNBOOKS = CHECKOUT / "docs" / "runbooks"


def _queries() -> Iterator[tuple[str, str]]:
    for rule in rules():
        yield rule.get("alert") or rule["record"], rule["expr"]
    for file in sorted(_RUNBOOKS.glob("*.md")):
        for query in re.findall(r"```promql\n(.+?)```", file.read_text(encoding="utf-8"), re.DOTALL):
            yield file.name, query


@pytest.mark.parametrize(("where", "query"), list(_queries()), ids=lambda text: text.split("\n")[0][:40])
def test_query_asks_for_what_there_is(where: str, query: str) -> None:
    """Each name is documented, or recorded by a rule."""
    assert asked_for(query) <= known_series(), where


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ('sum by (a) (rate(b_total{c="d"}[5m])) / on () group_left () scalar(e:f)', {"b_total", "e:f"}),
        ("min_over_time(g[5m:1m]) > 0 and deriv(h[5m]) >= 0 or absent(i) unless j offset 5m", set("ghij")),
        ('{__name__=~"k.*"}', {'{__name__=~"k.*"}'}),
    ],
)
def test_names_are_found_wherever_they_stand(query: str, names: set[str]) -> None:
    """In functions, ranges, subqueries and on both sides; labels and functions are none."""
    assert asked_for(query) == names


def test_a_misspelt_name_is_found() -> None:
    """The check can fail."""
    assert not asked_for("rate(http_server_request_durations_count[5m])") <= known_series()
