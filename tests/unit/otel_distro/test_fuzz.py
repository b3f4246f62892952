"""The fuzz targets, for a short time; `make fuzz` runs them for as long as one likes."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS, answer

_EXAMPLES = 100


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=_EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.binary(max_size=512))
def test_target(name: str, data: bytes) -> None:
    """No input breaks the target's promise."""
    TARGETS[name](data)


@pytest.mark.parametrize(
    "text", ["[" * 200, '{"a":' * 40, "9" * 200, '"\\ud800"', "NaN", '{"partialSuccess": 5}']
)
def test_json_answers(text: str) -> None:
    """JSON that is valid and no export response, or nested without end, is judged like any other."""
    body = text.encode()
    answer(bytes((0, 1, 0, len(body))) + body)
