"""Reads events back from Bugsink, the Sentry server of the full stack."""

from typing import Any

import httpx

from stack.profile import bugsink_access
from stack.settings import Settings


def events_of_trace(settings: Settings, trace_id: str) -> list[dict[str, Any]]:
    """Return the events that carry a trace id.

    Args:
        settings: those of the running stack.
        trace_id: 32 hexadecimal digits.
    """
    access = bugsink_access(settings)
    assert access is not None
    with httpx.Client(
        base_url=f"http://127.0.0.1:{settings.ports.bugsink}/api/canonical/0",
        headers={"authorization": f"Bearer {access.token}"},
        timeout=30,
    ) as client:
        issues = _results(client, f"/issues/?project={access.project}")
        listed = [event for issue in issues for event in _results(client, f"/events/?issue={issue['id']}")]
        events = [client.get(f"/events/{event['id']}/").raise_for_status().json() for event in listed]
    return [event for event in events if event["data"]["contexts"]["trace"]["trace_id"] == trace_id]


def _results(client: httpx.Client, path: str) -> list[dict[str, Any]]:
    return client.get(path).raise_for_status().json()["results"]
