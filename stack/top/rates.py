"""What happened between two scrapes: how often, how many failed, how long it took."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from stack.top.samples import Labels, Samples

_SERVER_ERROR = "5"


@dataclass(frozen=True)
class Traffic:
    """The requests of one route: a second, the share of them that failed, and seconds that they took."""

    rate: float
    failed: float
    median: float
    slow: float


def traffic_by_route(before: Samples, after: Samples, name: str) -> dict[Labels, Traffic]:
    """Return the traffic between two scrapes by method and route, from a histogram with `status_code`.

    Routes that nobody asked for in between are left out.
    """
    counts = increase(before, after, f"{name}_count", "method", "route", "status_code")
    buckets = increase(before, after, f"{name}_bucket", "method", "route", "le")
    requests: defaultdict[Labels, float] = defaultdict(float)
    failures: defaultdict[Labels, float] = defaultdict(float)
    for (method, route, status), count in counts.items():
        requests[method, route] += count
        failures[method, route] += count if status.startswith(_SERVER_ERROR) else 0
    seconds = max(after.time - before.time, 1e-9)
    return {
        key: Traffic(
            rate=count / seconds,
            failed=failures[key] / count,
            median=quantile(0.5, histogram(buckets, key)),
            slow=quantile(0.95, histogram(buckets, key)),
        )
        for key, count in requests.items()
        if count
    }


def increase(before: Samples, after: Samples, name: str, *labels: str) -> dict[Labels, float]:
    """Return by how much each counter grew; one that is smaller than before was started anew."""
    old = before.sums(name, *labels)
    grown = {key: (value, value - old.get(key, 0.0)) for key, value in after.sums(name, *labels).items()}
    return {key: change if change >= 0 else value for key, (value, change) in grown.items()}


def quantile(share: float, buckets: Sequence[tuple[float, float]]) -> float:
    """Return what `share` of the measurements stay below, from cumulative counts by upper bound.

    Linear inside a bucket, and the highest finite bound where it lies above that, as Prometheus does it:
    https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
    """
    ordered = sorted(buckets)
    total = ordered[-1][1] if ordered else 0.0
    lower, below = 0.0, 0.0
    for bound, count in ordered:
        if total and count >= share * total:
            if bound == float("inf"):
                return lower
            return lower + (bound - lower) * (share * total - below) / max(count - below, 1e-9)
        lower, below = bound, count
    return float("nan")


def histogram(buckets: Mapping[Labels, float], key: Labels) -> list[tuple[float, float]]:
    """Return the buckets of one set of labels, whose last label was the upper bound."""
    return [(float(labels[-1]), count) for labels, count in buckets.items() if labels[:-1] == key]
