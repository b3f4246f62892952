"""The tree shows each span once, below its parent, and each record below its span."""

import io

from rich.console import Console

from stack.terminal import Terminal
from stack.traces.trace import Record, Span
from stack.traces.tree import draw

TRACE = "0af7651916cd43dd8448eb211c80319c"
SERVER = Span("a", "", "api", "POST /pay", "server", 0, 9_000_000, True, {"http.response.status_code": 500})
FIND = Span("b", "a", "api", "find bookings", "client", 1_000_000, 3_500_000)


def drawn(spans: list[Span], records: list[Record]) -> list[str]:
    """Return the lines that a pipe gets."""
    screen = io.StringIO()
    Terminal(Console(file=screen)).show(draw(TRACE, spans, records))
    return [line.rstrip() for line in screen.getvalue().splitlines()]


def test_records_stand_between_the_spans_by_time() -> None:
    """What was logged before a call stands above it, what was logged after it below."""
    early = Record("a", "api", "INFO", 500_000, "paying")
    late = Record("a", "api", "ERROR", 4_000_000, "[no] gateway\n")

    lines = drawn([FIND, SERVER], [early, late])

    assert lines[0] == f"trace {TRACE}: 2 spans of 1 service, 9.0 ms"
    assert lines[1].endswith("POST /pay  server  api  at +0.0 ms, took 9.0 ms  http.response.status_code=500")
    assert lines[2].endswith(" INFO paying")
    assert lines[3].endswith("find bookings  client  api  at +1.0 ms, took 2.5 ms")
    assert lines[4].endswith(" ERROR [no] gateway")


def test_records_of_unknown_spans_are_not_lost() -> None:
    """A span that was not sampled, or has not arrived, still has its words."""
    lines = drawn([SERVER], [Record("z", "api", "", 1, "elsewhere")])

    assert lines[-1].endswith(" - elsewhere")


def test_chain_deeper_than_the_call_stack_is_no_failure() -> None:
    """A job that starts the next one makes a trace without an end, wider than any terminal."""
    chain = [
        Span(str(depth), str(depth - 1), "api", "next", "internal", depth, depth) for depth in range(1500)
    ]

    assert drawn(chain, [])[0].startswith(f"trace {TRACE}: 1500 spans")
