"""The line that a newcomer pastes into a shell is one that a shell understands."""

import json
import shlex

from stack.journey import Journey, curl


def test_curl_line_survives_the_shell() -> None:
    """The body is JSON, whole, and books without the query that was booked before."""
    booking = {"destination": "Lisbon", "travel_query_id": "1", "price": {"amount": 1, "currency": "EUR"}}

    words = shlex.split(curl("http://127.0.0.1:8000", "a key", Journey("a" * 32, "b" * 32, booking)))

    assert words[:3] == ["curl", "-i", "http://127.0.0.1:8000/bookings"]
    assert words[3:5] == ["-H", "X-API-Key: a key"]
    assert json.loads(words[-1]) == {"destination": "Lisbon", "price": {"amount": 1, "currency": "EUR"}}
