"""What a scripted server has taken: each record by a name that is its own, so that loss and repeats show."""

import threading
from collections import Counter
from dataclasses import dataclass, field
from time import monotonic

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

SIGNAL_OF_PATH = {"/v1/traces": "traces", "/v1/metrics": "metrics", "/v1/logs": "logs"}


@dataclass(frozen=True)
class Request:
    """One request as it came in."""

    signal: str
    records: tuple[str, ...]
    headers: dict[str, str]
    size: int
    taken: bool
    at: float = field(default_factory=monotonic)


class Received:
    """Everything that came in, and how much of it was taken."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.requests: list[Request] = []

    def note(self, signal: str, body: bytes, headers: dict[str, str], *, taken: bool) -> Request:
        """Decode a request and keep what it held."""
        request = Request(signal, tuple(records(signal, body)), headers, len(body), taken)
        with self._lock:
            self.requests.append(request)
        return request

    def taken(self, signal: str) -> Counter[str]:
        """Return how often each record of a signal was taken."""
        with self._lock:
            return Counter(
                name for r in self.requests if r.taken and r.signal == signal for name in r.records
            )

    def repeated(self, signal: str) -> int:
        """Return how many deliveries of records there were beyond the first of each."""
        counts = self.taken(signal)
        return sum(counts.values()) - len(counts)

    def of(self, signal: str) -> list[Request]:
        """Return the requests of a signal that held records, taken or not."""
        with self._lock:
            return [r for r in self.requests if r.signal == signal and r.records]


def records(signal: str, body: bytes) -> list[str]:
    """Return a name for each record of an export request."""
    if signal == "traces":
        spans = ExportTraceServiceRequest.FromString(body).resource_spans
        return [s.span_id.hex() for r in spans for scope in r.scope_spans for s in scope.spans]
    if signal == "logs":
        logs = ExportLogsServiceRequest.FromString(body).resource_logs
        return [x.body.string_value for r in logs for scope in r.scope_logs for x in scope.log_records]
    metrics = ExportMetricsServiceRequest.FromString(body).resource_metrics
    found = [m for r in metrics for scope in r.scope_metrics for m in scope.metrics]
    points: list[str] = []
    for metric in found:
        data = getattr(metric, str(metric.WhichOneof("data")))
        points.extend(f"{metric.name}@{point.time_unix_nano}{point.attributes}" for point in data.data_points)
    return points
