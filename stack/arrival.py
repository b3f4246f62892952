"""Waits until a trace can be seen where people look: in the viewer, or in Tempo where the stack is full."""

import time
from collections.abc import Callable

import httpx

from stack.addresses import Addresses
from stack.settings import Profile

# What the trace of a booking is made by.
_SERVICES = ("travel-crm-api", "travel-crm-worker")
_INTERVAL = 0.25


def arrives(addresses: Addresses, profile: Profile, trace_id: str, seconds: float) -> bool:
    """Return whether spans of both the API and the worker are there before so many seconds are over."""
    look = _in_viewer if profile == "embedded" else _in_tempo
    deadline = time.monotonic() + seconds
    with httpx.Client(timeout=5, trust_env=False) as client:
        while time.monotonic() < deadline:
            if _is_whole(look, client, addresses, trace_id):
                return True
            time.sleep(_INTERVAL)
    return False


def _is_whole(
    look: Callable[[httpx.Client, Addresses, str], str],
    client: httpx.Client,
    addresses: Addresses,
    trace_id: str,
) -> bool:
    try:
        seen = look(client, addresses, trace_id)
    except httpx.HTTPError:
        return False
    return all(service in seen for service in _SERVICES)


def _in_viewer(client: httpx.Client, addresses: Addresses, trace_id: str) -> str:
    call = {"jsonrpc": "2.0", "id": 1, "method": "searchSpans", "params": [trace_id]}
    return client.post(f"{addresses.viewer}/rpc", json=call).text


def _in_tempo(client: httpx.Client, addresses: Addresses, trace_id: str) -> str:
    return client.get(addresses.tempo_trace(trace_id)).text
