"""The fuzz targets, for a short time; `make fuzz` runs them for as long as one likes."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from otel_distro.delivery.http_answer import judge
from otel_distro.delivery.outcome import Retryable
from tests.fuzz.targets import TARGETS

_EXAMPLES = 100


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=_EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.binary(max_size=512))
def test_target(name: str, data: bytes) -> None:
    """No input breaks the target's promise."""
    TARGETS[name](data)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        '{"a":' * 100_000,
        "9" * 10_000,
        '{"partialSuccess": 5}',
        '{"partialSuccess": {"rejectedSpans": Infinity}}',
        '{"partialSuccess": {"rejectedSpans": NaN}}',
        '{"partialSuccess": {"rejectedSpans": [1]}}',
        '{"partialSuccess": {"errorMessage": "\\ud800"}}',
    ],
)
def test_json_that_is_no_export_response(text: str) -> None:
    """An answer that is nested without end, or holds what is no count, is kept for another try."""
    outcome = judge(200, {"Content-Type": "application/json"}, text.encode())

    assert isinstance(outcome, Retryable)
    assert outcome.reason == "not_otlp"
