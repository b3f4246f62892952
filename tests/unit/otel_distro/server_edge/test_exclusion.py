"""Which paths are left out of traces."""

import logging

import pytest

from otel_distro.server_edge.exclusion import PathExclusion


@pytest.mark.parametrize(
    ("pattern", "path", "covered"),
    [
        ("healthz", "/healthz", True),
        ("/healthz", "/healthz", True),
        ("health", "/health/ready", True),
        ("client/.*/info", "/client/7/info", True),
        ("healthz", "/customers/healthz", False),
        ("health", "/healthy-food", False),
        ("health", "/", False),
        ("(?i)health", "/Health/ready", True),
    ],
)
def test_patterns_are_anchored_at_path_segments(pattern: str, path: str, covered: bool) -> None:
    """A pattern starts at the path's start and ends at a segment's end."""
    assert PathExclusion([pattern]).covers(path) is covered


def test_bad_pattern_is_named_and_the_others_hold(caplog: pytest.LogCaptureFixture) -> None:
    """One pattern that is no regular expression does not switch off the rest."""
    with caplog.at_level(logging.WARNING):
        exclusion = PathExclusion(["(", "healthz"])

    assert exclusion.covers("/healthz")
    assert "'('" in caplog.text
