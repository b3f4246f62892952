"""The screen of `top`: the routes, the ten metrics of the service, and its last errors."""

import math
from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from stack.terminal import clock
from stack.top.rates import histogram, increase, quantile, traffic_by_route
from stack.top.samples import Samples
from stack.traces.trace import Record

_REQUESTS = "travel_crm_http_request_duration_seconds"
_QUERIES = "travel_crm_db_query_duration_seconds"
_COUNTERS = (
    ("bookings created", "travel_crm_bookings_created_total", ("status",)),
    ("payments processed", "travel_crm_payments_processed_total", ("gateway", "status")),
    ("e-mails sent", "travel_crm_emails_sent_total", ("type", "status")),
    ("service levels breached", "travel_crm_sla_breaches_total", ("severity",)),
)
_WORDS_OF_AN_ERROR = 160


def draw(before: Samples, after: Samples, errors: Sequence[Record]) -> RenderableType:
    """Return the screen for what happened between two scrapes; totals are since the processes began."""
    parts = (_routes(before, after), _queries(before, after), _service(after), _errors(errors))
    return Group(*[line for part in parts for line in (part, Text())])


def _routes(before: Samples, after: Samples) -> Table:
    table = _table("method", "route", *("req/s", "5xx", "p50 ms", "p95 ms"))
    traffic = traffic_by_route(before, after, _REQUESTS)
    for (method, route), seen in sorted(traffic.items(), key=lambda item: -item[1].rate):
        style = "red" if seen.failed else ""
        failed = f"{seen.failed:.1%}"
        row = (f"{seen.rate:.1f}", failed, _milliseconds(seen.median), _milliseconds(seen.slow))
        table.add_row(method, route or "(no route)", *row, style=style)
    if not traffic:
        table.add_row("", "no requests in the last seconds; `make traffic` sends some", *[""] * 4)
    return table


def _queries(before: Samples, after: Samples) -> Table:
    table = _table("database", "collection", *("calls/s", "p95 ms"))
    seconds = max(after.time - before.time, 1e-9)
    buckets = increase(before, after, f"{_QUERIES}_bucket", "operation", "collection", "le")
    counts = increase(before, after, f"{_QUERIES}_count", "operation", "collection")
    for key, count in sorted(counts.items(), key=lambda item: -item[1]):
        if count:
            slow = quantile(0.95, histogram(buckets, key))
            table.add_row(key[0], key[1] or "-", f"{count / seconds:.1f}", _milliseconds(slow))
    return table


def _service(now: Samples) -> Table:
    table = Table("metric", "now", box=None, pad_edge=False, header_style="bold")
    table.add_row("active connections", _value(sum(now.sums("travel_crm_active_connections").values())))
    for (kind,), rate in sorted(now.means("travel_crm_cache_hit_rate", "cache_type").items()):
        table.add_row(f"cache hit rate, {kind}", f"{rate:.0f} %")
    for name, size in sorted(now.means("travel_crm_job_queue_size", "queue_name", "status").items()):
        table.add_row(f"jobs, {' '.join(name)}", _value(size))
    for title, metric, labels in _COUNTERS:
        for values, total in sorted(now.sums(metric, *labels).items()):
            table.add_row(f"{title}, {' '.join(values)}", _value(total))
    return table


def _errors(records: Sequence[Record]) -> Table:
    table = Table("last errors", "", "", box=None, pad_edge=False, header_style="bold")
    for record in records:
        words = " ".join(record.text.split())[:_WORDS_OF_AN_ERROR]
        table.add_row(clock(record.time / 1e9), record.service, Text(words, style="red"))
    if not records:
        table.add_row("none", "", "")
    return table


def _table(*columns: str) -> Table:
    """Return a table whose columns after the second hold numbers."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for position, column in enumerate(columns):
        table.add_column(column, justify="left" if position < 2 else "right")
    return table


def _milliseconds(seconds: float) -> str:
    return "-" if math.isnan(seconds) else f"{seconds * 1000:.1f}"


def _value(number: float) -> str:
    return f"{number:g}"
