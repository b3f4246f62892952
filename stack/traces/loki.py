"""Reads the log records of a trace from Loki.

https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-logs-within-a-range-of-time
"""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from stack.traces.trace import Record, Span

# A record is stamped when it is written, which may be a moment after its span has ended.
_LATE = 60_000_000_000


def read_records(client: httpx.Client, url: str, spans: Sequence[Span]) -> list[Record]:
    """Return what the query at `url` finds in the spans' time, oldest first; raise `httpx.HTTPError`."""
    if not spans:
        return []
    first, last = min(span.start for span in spans), max(span.end for span in spans) + _LATE
    within = httpx.URL(url).copy_merge_params({"start": str(first), "end": str(last)})
    streams = client.get(within).raise_for_status().json()["data"]["result"]
    records = [_record(stream["stream"], *entry[:2]) for stream in streams for entry in stream["values"]]
    return sorted(records, key=lambda record: record.time)


def _record(labels: Mapping[str, Any], time: str, line: str) -> Record:
    return Record(
        span=labels.get("span_id", ""),
        service=labels.get("service_name", ""),
        level=labels.get("severity_text") or labels.get("detected_level", ""),
        time=int(time),
        text=line,
    )
