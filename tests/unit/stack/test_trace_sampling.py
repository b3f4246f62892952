"""A share of traces that is none costs a line, and no trace."""

import pytest

from stack.settings import Settings
from stack.trace_sampling import usable_sampling


@pytest.mark.parametrize("share", ["0", "7.5", "100"])
def test_a_share_reaches_the_collector(share: str) -> None:
    """Nothing else does."""
    settings = Settings.from_environ({"TRACE_SAMPLE_PERCENT": share}, "full")

    assert settings.collector_environ == {"TRACE_SAMPLE_PERCENT": share}
    assert settings.problems == ()


@pytest.mark.parametrize("share", ["ten", "100.5", "-1", "10%"])
def test_a_share_that_is_none_is_said(share: str) -> None:
    """Every trace is kept."""
    assert usable_sampling({"TRACE_SAMPLE_PERCENT": share}) == (
        {},
        (f"TRACE_SAMPLE_PERCENT='{share}' is no number from 0 to 100; every trace is kept",),
    )


def test_a_duration_that_is_none_is_said() -> None:
    """The Collector has a default."""
    environ = {"TRACE_SAMPLE_PERCENT": "10", "TRACE_SLOW_MILLISECONDS": "0.5"}

    assert usable_sampling(environ) == (
        {"TRACE_SAMPLE_PERCENT": "10"},
        ("TRACE_SLOW_MILLISECONDS='0.5' is no whole number of milliseconds; using 500",),
    )
