"""Reads the log records of a trace from Loki.

https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-logs-within-a-range-of-time
"""

from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from stack.traces.trace import ERROR, Record, Span

# A record is stamped when it is written, which may be a moment after its span has ended.
_LATE = 60_000_000_000
# As many as Loki gives at once: https://grafana.com/docs/loki/latest/configure/#limits_config
_MOST = 5000


def read_records(
    client: httpx.Client, url: str, spans: Sequence[Span], most: int = _MOST
) -> tuple[list[Record], bool]:
    """Return what the query at `url` finds in the spans' time, oldest first, and whether that is all.

    Of more than `most` records the oldest are returned. Raises `httpx.HTTPError`.
    """
    if not spans:
        return [], True
    first, last = min(span.start for span in spans), max(span.end for span in spans) + _LATE
    # Without these two Loki has the newest hundred.
    within = {"start": str(first), "end": str(last), "limit": str(most), "direction": "forward"}
    records = _records(client.get(httpx.URL(url).copy_merge_params(within)))
    return sorted(records, key=lambda record: record.time), len(records) < most


def read_last_errors(client: httpx.Client, loki: str, since: int, most: int) -> list[Record]:
    """Return the newest records of level ERROR and above since a time, newest first; raise `httpx.HTTPError`.

    `since` is nanoseconds since 1970.
    """
    query = f'{{service_name=~".+"}} | severity_number >= {ERROR}'
    parameters = {"query": query, "start": str(since), "limit": str(most), "direction": "backward"}
    response = client.get(f"{loki}/loki/api/v1/query_range", params=parameters)
    return sorted(_records(response), key=lambda record: -record.time)[:most]


def _records(response: httpx.Response) -> list[Record]:
    streams = response.raise_for_status().json()["data"]["result"]
    return [_record(stream["stream"], *entry[:2]) for stream in streams for entry in stream["values"]]


def _record(labels: Mapping[str, Any], time: str, line: str) -> Record:
    return Record(
        span=labels.get("span_id", ""),
        service=labels.get("service_name", ""),
        level=labels.get("severity_text") or labels.get("detected_level", ""),
        time=int(time),
        text=line,
    )
