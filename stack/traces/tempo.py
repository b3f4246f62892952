"""Reads a trace from Tempo, as OTLP in JSON.

https://grafana.com/docs/tempo/latest/api_docs/#query
"""

import base64
from collections.abc import Mapping
from typing import Any

import httpx

from stack.traces.trace import Span

_NOT_FOUND = 404
_FAILED = "STATUS_CODE_ERROR"


def read_spans(client: httpx.Client, url: str) -> list[Span]:
    """Return the spans of the trace at `url`, none where Tempo does not know it; raise `httpx.HTTPError`."""
    response = client.get(url)
    if response.status_code == _NOT_FOUND:
        return []
    return [
        _span(span, str(_attributes(batch["resource"]).get("service.name", "")))
        for batch in response.raise_for_status().json()["batches"]
        for scope in batch["scopeSpans"]
        for span in scope["spans"]
    ]


def _span(span: Mapping[str, Any], service: str) -> Span:
    return Span(
        id=_hexadecimal(span["spanId"]),
        parent=_hexadecimal(span.get("parentSpanId", "")),
        service=service,
        name=span.get("name", ""),
        kind=span.get("kind", "").removeprefix("SPAN_KIND_").lower(),
        start=int(span["startTimeUnixNano"]),
        end=int(span["endTimeUnixNano"]),
        failed=span.get("status", {}).get("code") == _FAILED,
        attributes=_attributes(span),
    )


def _hexadecimal(identifier: str) -> str:
    return base64.b64decode(identifier).hex()


def _attributes(holder: Mapping[str, Any]) -> dict[str, object]:
    return {pair["key"]: next(iter(pair["value"].values()), "") for pair in holder.get("attributes", ())}
