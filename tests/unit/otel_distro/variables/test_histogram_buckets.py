"""Buckets of histograms, as an operator writes them."""

import pytest

from otel_distro.parsing import PartlyBadError
from otel_distro.variables.histogram_buckets import histogram_buckets


def test_buckets_are_parsed() -> None:
    """Several metrics, with white space where a person likes some."""
    assert histogram_buckets("http.server.request.duration = 0.1,0.5, 1; db.x=0.01;") == {
        "http.server.request.duration": (0.1, 0.5, 1.0),
        "db.x": (0.01,),
    }


@pytest.mark.parametrize(
    "bounds", ["", "a", "1,1", "2,1", "1,inf", "nan", "1,,2", ",".join(map(str, range(257)))]
)
def test_bad_bounds_are_refused(bounds: str) -> None:
    """Half a sentence says what they should be."""
    with pytest.raises(ValueError, match="rising bounds"):
        histogram_buckets(f"duration={bounds}")


@pytest.mark.parametrize("name", ["", "*", "1a", "a b"])
def test_bad_names_are_refused(name: str) -> None:
    """A pattern could fit one metric twice."""
    with pytest.raises(ValueError, match="is no metric="):
        histogram_buckets(f"{name}=1,2")


def test_what_can_be_used_is_kept() -> None:
    """One member that is none costs itself."""
    with pytest.raises(PartlyBadError) as bad:
        histogram_buckets("a=1,2;b=2,1;c=3")

    assert bad.value.usable == "a=1,2;c=3"
