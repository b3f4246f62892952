"""Compares a tally with what Prometheus has: the difference of each total before and after.

Only totals of counters are compared, summed over the service's processes, and read until they agree: what was
done last takes its time through the queue, the worker, the Collector and Prometheus.
"""

import time
from collections.abc import Mapping

import httpx

from stack.traffic.tally import Tally

_PATIENCE = 45.0
_INTERVAL = 1.0
# Longer than measurements take from the service to Prometheus, which is an export every five seconds.
_SECONDS_OF_QUIET = 8.0

Series = tuple[str, tuple[tuple[str, str], ...]]
METRICS = {
    "travel_crm_http_requests_total": ("method", "route", "status_code"),
    "travel_crm_bookings_created_total": ("status",),
    "travel_crm_payments_processed_total": ("gateway", "status"),
    "travel_crm_emails_sent_total": ("status", "type"),
    "travel_crm_sla_breaches_total": ("severity",),
}

# Whoever watches the service asks for its health all the time.
_OF = {"travel_crm_http_requests_total": '{route!~"/health/.*"}'}


def read_totals(prometheus: str) -> dict[Series, float]:
    """Return the totals that Prometheus has now; raise `httpx.HTTPError` where it does not answer."""
    totals: dict[Series, float] = {}
    with httpx.Client(base_url=prometheus, timeout=10, trust_env=False) as client:
        for metric, labels in METRICS.items():
            query = f"sum by ({', '.join(labels)}) ({metric}{_OF.get(metric, '')})"
            answer = client.get("/api/v1/query", params={"query": query}).raise_for_status().json()
            for one in answer["data"]["result"]:
                totals[metric, tuple(sorted(one["metric"].items()))] = float(one["value"][1])
    return totals


def wait_for_quiet(prometheus: str) -> dict[Series, float]:
    """Return the totals once they have stopped growing, or the time is over.

    What was done just before, such as the requests of `make up`, is still on its way for some seconds.
    Raises `httpx.HTTPError` where Prometheus does not answer.
    """
    totals, since = read_totals(prometheus), time.monotonic()
    deadline = since + _PATIENCE
    while time.monotonic() < min(since + _SECONDS_OF_QUIET, deadline):
        time.sleep(_INTERVAL)
        latest = read_totals(prometheus)
        if latest != totals:
            totals, since = latest, time.monotonic()
    return totals


def wait_for_agreement(prometheus: str, before: Mapping[Series, float], tally: Tally) -> dict[Series, float]:
    """Return by how much each total of the tally has grown, once they agree or the time is over."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        grown = _grown(before, read_totals(prometheus), tally)
        if grown == dict(tally.totals) or time.monotonic() > deadline:
            return grown
        time.sleep(_INTERVAL)


def _grown(
    before: Mapping[Series, float], after: Mapping[Series, float], tally: Tally
) -> dict[Series, float]:
    return {series: after.get(series, 0.0) - before.get(series, 0.0) for series in tally.totals}
