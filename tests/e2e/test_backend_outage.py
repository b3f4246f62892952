"""A backend that is down: the others still receive, and it gets its data when it is back."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.backends import Backends
from tests.e2e.conftest import Crm, until

API = "travel-crm-api"


def arrived(backends: Backends, trace_id: str) -> dict[str, Callable[[], Any]]:
    """Return, for each backend, how to ask whether it has something of a trace."""
    return {
        "tempo": lambda: backends.spans(trace_id),
        "loki": lambda: backends.lines(API, trace_id),
        "prometheus": lambda: trace_id in backends.exemplar_trace_ids(),
    }


@pytest.mark.parametrize("down", ["tempo", "loki", "prometheus"])
def test_others_receive_and_the_one_catches_up(
    full_stack: Any, backends: Backends, crm: Crm, booking_draft: dict[str, Any], down: str
) -> None:
    """With one of the three stopped, the other two have the request; started again, it has it too."""
    full_stack.stop(down)
    try:
        trace_id = crm.post("/bookings", booking_draft).trace_id
        asked = arrived(backends, trace_id)
        missing = asked.pop(down)
        for ask in asked.values():
            until(ask)
    finally:
        full_stack.start(down)

    until(missing)
