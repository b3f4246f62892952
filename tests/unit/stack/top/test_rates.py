"""Rates come from two scrapes, whichever instances there were."""

import math

import pytest

from stack.top.rates import increase, quantile, traffic_by_route
from stack.top.samples import Samples

BEFORE = """\
# TYPE took_seconds histogram
took_seconds_bucket{method="GET",route="/a",status_code="200",le="0.1",instance="w0"} 10
took_seconds_bucket{method="GET",route="/a",status_code="200",le="+Inf",instance="w0"} 10
took_seconds_count{method="GET",route="/a",status_code="200",instance="w0"} 10
took_seconds_sum{method="GET",route="/a",status_code="200",instance="w0"} 1
"""
AFTER = """\
# TYPE took_seconds histogram
took_seconds_bucket{method="GET",route="/a",status_code="200",le="0.1",instance="w0"} 25
took_seconds_bucket{method="GET",route="/a",status_code="200",le="+Inf",instance="w0"} 25
took_seconds_count{method="GET",route="/a",status_code="200",instance="w0"} 25
took_seconds_sum{method="GET",route="/a",status_code="200",instance="w0"} 2
took_seconds_bucket{method="GET",route="/a",status_code="500",le="0.1",instance="w1"} 0
took_seconds_bucket{method="GET",route="/a",status_code="500",le="+Inf",instance="w1"} 5
took_seconds_count{method="GET",route="/a",status_code="500",instance="w1"} 5
took_seconds_sum{method="GET",route="/a",status_code="500",instance="w1"} 9
"""


def test_traffic_is_added_up_over_status_and_instance() -> None:
    """A quarter of twenty requests failed, in ten seconds."""
    traffic = traffic_by_route(Samples.parse(BEFORE, 100), Samples.parse(AFTER, 110), "took_seconds")

    seen = traffic["GET", "/a"]
    assert (seen.rate, seen.failed) == (2.0, 0.25)
    assert seen.median == pytest.approx(0.1 * 10 / 15)


def test_route_that_nobody_asked_for_is_left_out() -> None:
    """What happened before the first scrape is no traffic of now."""
    scrape = Samples.parse(BEFORE, 100)

    assert traffic_by_route(scrape, Samples.parse(BEFORE, 110), "took_seconds") == {}


def test_counter_that_starts_anew_counts_from_zero() -> None:
    """A restarted process loses its counts, not its rate."""
    before, after = Samples.parse("jobs 100\n", 0), Samples.parse("jobs 3\n", 5)

    assert increase(before, after, "jobs") == {(): 3.0}


@pytest.mark.parametrize(
    ("share", "expected"), [(0.25, 0.5), (0.5, 1.0), (0.75, 1.5), (1.0, 2.0)], ids=lambda value: str(value)
)
def test_quantile_is_linear_inside_a_bucket(share: float, expected: float) -> None:
    """Half of the measurements lie below 1, half between 1 and 2."""
    assert quantile(share, [(1.0, 5.0), (2.0, 10.0), (math.inf, 10.0)]) == pytest.approx(expected)


def test_quantile_above_all_bounds_is_the_highest() -> None:
    """Nothing is known of how far above it lies; of nothing, nothing is known."""
    assert quantile(0.5, [(1.0, 0.0), (math.inf, 4.0)]) == 1.0
    assert math.isnan(quantile(0.5, []))
    assert math.isnan(quantile(0.5, [(1.0, 0.0), (math.inf, 0.0)]))
