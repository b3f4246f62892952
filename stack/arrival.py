"""Waits until a trace can be seen where people look: in the viewer, or in Tempo where the stack is full."""

import time

import httpx

from stack.addresses import Addresses
from stack.settings import Profile
from stack.traces import tempo, viewer
from stack.traces.trace import Span, is_whole

# What the trace of a booking is made by.
_SERVICES = frozenset({"travel-crm-api", "travel-crm-worker"})
_INTERVAL = 0.25


def arrives(addresses: Addresses, profile: Profile, trace_id: str, seconds: float) -> bool:
    """Return whether the API's and the worker's part are there, whole, before so many seconds are over."""
    deadline = time.monotonic() + seconds
    with httpx.Client(timeout=5, trust_env=False) as client:
        while time.monotonic() < deadline:
            spans = _seen(client, addresses, profile, trace_id)
            if is_whole(spans) and {span.service for span in spans} >= _SERVICES:
                return True
            time.sleep(_INTERVAL)
    return False


def _seen(client: httpx.Client, addresses: Addresses, profile: Profile, trace_id: str) -> list[Span]:
    try:
        if profile == "embedded":
            return viewer.read_spans(client, addresses.viewer, trace_id)
        return tempo.read_spans(client, addresses.tempo_trace(trace_id))
    except httpx.HTTPError:
        return []
