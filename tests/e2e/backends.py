"""Asks the backends of a running stack what they have of a trace."""

import time
from dataclasses import dataclass
from typing import Any

import httpx

from stack.addresses import Addresses

Span = dict[str, Any]


def ask(url: str, headers: dict[str, str] | None = None, /, **parameters: str) -> httpx.Response:
    """Ask whatever runs in the stack; what has a lot to do may take half a minute to answer."""
    return httpx.get(url, params=parameters or None, headers=headers, timeout=30)


@dataclass(frozen=True)
class Backends:
    """Tempo, Loki and Prometheus, where they are found."""

    addresses: Addresses

    def spans(self, trace_id: str) -> list[Span]:
        """Return the spans of a trace, each with its service; none where Tempo does not know it yet."""
        response = ask(self.addresses.tempo_trace(trace_id))
        if response.status_code != 200:
            return []
        return [
            span | {"service": attributes(batch["resource"])["service.name"]}
            for batch in response.json()["batches"]
            for scope in batch["scopeSpans"]
            for span in scope["spans"]
        ]

    def lines(self, service: str, trace_id: str) -> list[str]:
        """Return what a service logged in a trace, as Loki has it."""
        return [record["line"] for record in self.records(f'service="{service}" | trace_id="{trace_id}"')]

    def records(self, found_by: str) -> list[dict[str, str]]:
        """Return the service's log records that have certain attributes, with all of their attributes."""
        query = f'{{service_name=~"travel-crm-.*"}} | {found_by}'
        url = f"{self.addresses.loki}/loki/api/v1/query_range"
        response = ask(url, query=query, since="1h", limit="1000")
        streams = response.raise_for_status().json()["data"]["result"]
        return [stream["stream"] | {"line": line} for stream in streams for _, line in stream["values"]]

    def counted_requests(self, route: str) -> float:
        """Return how many requests to a route Prometheus has counted."""
        query = f'sum(travel_crm_http_requests_total{{route="{route}"}})'
        response = ask(f"{self.addresses.prometheus}/api/v1/query", query=query)
        result = response.raise_for_status().json()["data"]["result"]
        return float(result[0]["value"][1]) if result else 0.0

    def exemplar_trace_ids(self) -> set[str]:
        """Return the traces that Prometheus leads to from the duration of requests."""
        now = time.time()
        response = ask(self.addresses.prometheus_exemplars(now - 3600, now + 3600))
        series = response.raise_for_status().json()["data"]
        return {exemplar["labels"]["trace_id"] for one in series for exemplar in one["exemplars"]}


def attributes(holder: Span) -> dict[str, Any]:
    """Return the attributes of a span or resource."""
    return {pair["key"]: next(iter(pair["value"].values())) for pair in holder["attributes"]}
