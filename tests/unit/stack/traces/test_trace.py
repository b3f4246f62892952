"""A trace is whole when nothing between two of its spans is missing."""

import pytest

from stack.traces.trace import Span, is_whole, roots

SERVER = Span("a", "", "api", "POST /bookings", "server", 0, 9)
SEND = Span("b", "a", "api", "send emails", "producer", 1, 2)
PROCESS = Span("c", "b", "worker", "process emails", "consumer", 3, 8)
FIND = Span("d", "c", "worker", "find bookings", "client", 4, 5)
WHOLE = [FIND, PROCESS, SEND, SERVER]


def test_whole_trace_has_one_root() -> None:
    """In whatever order its spans arrive."""
    assert is_whole(WHOLE)
    assert roots(WHOLE) == [SERVER]


@pytest.mark.parametrize("missing", [SERVER, SEND, PROCESS])
def test_trace_with_a_gap_is_not_whole(missing: Span) -> None:
    """A parent ends, and so arrives, after its children."""
    assert not is_whole([span for span in WHOLE if span is not missing])


def test_trace_that_began_elsewhere_is_whole() -> None:
    """The caller's span is in the caller's hands."""
    called = Span("a", "caller", "api", "POST /bookings", "server", 0, 9)

    assert is_whole([called, SEND])


def test_nothing_is_no_trace() -> None:
    """What has not arrived at all is not whole."""
    assert not is_whole([])
