"""Further names of metrics, as an operator writes them."""

import pytest

from otel_distro.parsing import PartlyBadError
from otel_distro.variables.metric_aliases import Alias, metric_aliases

LABELS = {"http.route": "route"}


def test_names_are_parsed() -> None:
    """A copy, a count and a sum, with white space where a person likes some."""
    assert metric_aliases("a.b=c.d{http.route: route}; count(a.b)=e; sum(f)=g;") == (
        Alias("a.b", "c.d", "", LABELS),
        Alias("a.b", "e", "count", {}),
        Alias("f", "g", "sum", {}),
    )


@pytest.mark.parametrize("text", ["a", "=b", "a=b{c}", "a=b{c:1}", "max(a)=b", "a=b{c:d", "a b=c=d"])
def test_what_is_no_alias_is_refused(text: str) -> None:
    """Half a sentence says what it should be."""
    with pytest.raises(ValueError, match="is no metric=other"):
        metric_aliases(text)


def test_what_can_be_used_is_kept() -> None:
    """One member that is none costs itself."""
    with pytest.raises(PartlyBadError) as bad:
        metric_aliases("a=b; nonsense; c=d")

    assert bad.value.usable == "a=b;c=d"
