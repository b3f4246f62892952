"""Owns the trace id that a caller asks for in `X-Trace-ID`.

The server edge reads the header with `parse_trace_id` and opens its span inside
`requested_trace_id`; the id generator asks `current_requested_trace_id` when a root span begins.
A context variable joins the two, because the OpenTelemetry API lets a caller choose a parent but
never the id of a root.
https://www.w3.org/TR/trace-context/#trace-id
"""

import re
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

_TRACE_ID = re.compile(rb"[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_requested: ContextVar[int] = ContextVar("otel_distro_requested_trace_id", default=0)


def parse_trace_id(value: bytes) -> int:
    """Read a trace id: 32 hexadecimal digits, or a UUID with dashes.

    Args:
        value: the header's value as it came, of any length and content.

    Returns:
        The id, or 0 for anything else; 0 is no valid trace id.
    """
    if len(value) > 64:
        return 0
    stripped = value.strip()
    if not _TRACE_ID.fullmatch(stripped):
        return 0
    return int(stripped.replace(b"-", b""), 16)


@contextmanager
def requested_trace_id(trace_id: int) -> Generator[None]:
    """Let root spans that begin inside the block have this trace id."""
    token = _requested.set(trace_id)
    try:
        yield
    finally:
        _requested.reset(token)


def current_requested_trace_id() -> int:
    """Return the trace id that root spans are to have here, or 0 for one of their own."""
    return _requested.get()
