"""Reads a trace and its log records from the viewer inside the embedded profile's Collector.

Its pages talk JSON-RPC to it, and so does this. Log records cannot be asked for by their trace, so those
of its time are looked through.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from stack.traces.trace import ERROR, Record, Span

# A record is stamped when it is written, which may be a moment after its span has ended.
_LATE = 1_000_000_000
_MOST_RECORDS = 500


def read_spans(client: httpx.Client, viewer: str, trace_id: str) -> list[Span]:
    """Return the spans of a trace, none where the viewer does not know it; raise `httpx.HTTPError`."""
    found = _call(client, viewer, "searchSpans", trace_id)
    return [_span(span["spanData"]) for span in found["spans"]] if found else []


def read_records(
    client: httpx.Client, viewer: str, trace_id: str, spans: Sequence[Span]
) -> tuple[list[Record], bool]:
    """Return the log records of a trace with these spans, oldest first, and whether that is all.

    Raises `httpx.HTTPError`.
    """
    if not spans:
        return [], True
    first, last = min(span.start for span in spans), max(span.end for span in spans) + _LATE
    found = _call(client, viewer, "searchLogs", str(first), str(last)) or []
    logs = [_call(client, viewer, "getLog", entry["id"]) for entry in found[:_MOST_RECORDS]]
    records = [_record(log) for log in logs if log and log["traceID"] == trace_id]
    return sorted(records, key=lambda record: record.time), len(found) <= _MOST_RECORDS


def read_last_errors(client: httpx.Client, viewer: str, since: int, most: int) -> list[Record]:
    """Return the newest records of level ERROR and above since a time, newest first; raise `httpx.HTTPError`.

    `since` is nanoseconds since 1970.
    """
    found = _call(client, viewer, "searchLogs", str(since), str(time.time_ns())) or []
    errors = [entry for entry in found if entry["severityNumber"] >= ERROR]
    return [
        Record("", entry["serviceName"], entry["severityText"], int(entry["timestamp"]), entry["bodyPreview"])
        for entry in errors[:most]
    ]


def _call(client: httpx.Client, viewer: str, method: str, *parameters: str) -> Any:
    """Return the result, None where there is no such thing."""
    call = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
    return client.post(f"{viewer}/rpc", json=call).raise_for_status().json().get("result")


def _span(span: Mapping[str, Any]) -> Span:
    return Span(
        id=span["spanID"],
        parent=span["parentSpanID"] or "",
        service=_service(span),
        name=span["name"],
        kind=str(span["kind"]).lower(),
        start=int(span["startTime"]),
        end=int(span["endTime"]),
        failed="error" in str(span["statusCode"]).lower(),
        attributes={pair["key"]: pair["value"] for pair in span["attributes"]},
    )


def _record(log: Mapping[str, Any]) -> Record:
    return Record(
        span=log["spanID"],
        service=_service(log),
        level=log["severityText"],
        time=int(log["timestamp"]),
        text=str(log["body"]),
    )


def _service(holder: Mapping[str, Any]) -> str:
    named = {pair["key"]: pair["value"] for pair in holder["resource"]["attributes"]}
    return str(named.get("service.name", ""))
