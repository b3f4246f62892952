"""`trace`: one trace as a tree in the terminal, with its log records in place."""

import re

import httpx

from stack.addresses import Addresses
from stack.current import running_stack
from stack.errors import SettingsError, StackError
from stack.running import Stack
from stack.terminal import Terminal
from stack.traces import loki, tempo, viewer
from stack.traces.trace import Record, Span, is_whole
from stack.traces.tree import draw

_TRACE_ID = re.compile(r"[0-9a-f]{32}")
_TIMEOUT = 10.0


def trace(terminal: Terminal, identifier: str) -> int:
    """Print the trace of a running stack; 1 if it does not have it.

    Raises `SettingsError` for what is no trace id, `StackError` where no stack runs or its backend does not
    answer.
    """
    trace_id = _parsed(identifier)
    stack = running_stack(terminal)
    try:
        spans, (records, all_records) = _read(stack, trace_id)
    except httpx.HTTPError as error:
        raise StackError(f"it cannot be read: {error}; `make status` tells what does not run") from error
    if not spans:
        terminal.line(f"no trace {trace_id} here; one that was made just now takes a few seconds")
        return 1
    terminal.show(draw(trace_id, spans, records))
    if not is_whole(spans):
        terminal.line("parts of it are missing: not arrived yet, or not sampled", style="yellow")
    if not all_records:
        terminal.line(f"there may be more log records than these {len(records)}", style="yellow")
    return 0


def _parsed(identifier: str) -> str:
    trace_id = identifier.replace("-", "").lower()
    if not _TRACE_ID.fullmatch(trace_id):
        raise SettingsError(
            f"ID={identifier!r} is no trace id: give the 32 hexadecimal digits of an X-Trace-ID, "
            "as in `make trace ID=0af7651916cd43dd8448eb211c80319c`"
        )
    return trace_id


def _read(stack: Stack, trace_id: str) -> tuple[list[Span], tuple[list[Record], bool]]:
    addresses = Addresses(stack.settings.ports)
    with httpx.Client(timeout=_TIMEOUT, trust_env=False) as client:
        if stack.settings.profile == "embedded":
            spans = viewer.read_spans(client, addresses.viewer, trace_id)
            return spans, viewer.read_records(client, addresses.viewer, trace_id, spans)
        spans = tempo.read_spans(client, addresses.tempo_trace(trace_id))
        return spans, loki.read_records(client, addresses.loki_records(trace_id), spans)
