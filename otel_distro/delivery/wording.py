"""The words in which a person is told about delivery."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from otel_distro.delivery.settings import Destination, Signal

RECORDS: Mapping[Signal, str] = {"traces": "spans", "metrics": "data points", "logs": "log records"}
"""What the records of each signal are called."""


def address(destination: Destination) -> str:
    """Return where a destination is, without anything in its URL that may be a secret."""
    try:
        parts = urlsplit(destination.endpoint)
    except ValueError:
        return "an endpoint that is no address"
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}" if host else destination.endpoint.rpartition("@")[2]


def counted(amounts: Iterable[tuple[Signal, int]]) -> str:
    """Return amounts in words, such as `3 spans, 1 log record`; empty where there are none."""
    return ", ".join(_records(signal, count) for signal, count in amounts if count)


def counted_losses(dropped: Mapping[str, int]) -> str:
    """Return losses by reason in words, such as `http_401 3,000, rejected 2`."""
    return ", ".join(f"{reason} {count:,}" for reason, count in sorted(dropped.items()))


def _records(signal: Signal, count: int) -> str:
    noun = RECORDS[signal]
    return f"{count:,} {noun.removesuffix('s') if count == 1 else noun}"
