"""A server that takes OTLP over HTTP and keeps what it was sent, decoded."""

import gzip
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

_REQUESTS = {
    "/v1/traces": ExportTraceServiceRequest,
    "/v1/metrics": ExportMetricsServiceRequest,
    "/v1/logs": ExportLogsServiceRequest,
}


class OtlpSink:
    """Listens on a free port of the loopback interface."""

    def __init__(self) -> None:
        self.traces: list[Any] = []
        self.metrics: list[Any] = []
        self.logs: list[Any] = []
        self.senders: dict[int, set[int]] = {}
        """The processes whose telemetry came over each connection, by its port at their end."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def endpoint(self) -> str:
        """The value for `OTEL_EXPORTER_OTLP_ENDPOINT`."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def resources(self) -> list[dict[str, Any]]:
        """The attributes of every resource that sent something."""
        batches = [*self.traces, *self.metrics, *self.logs]
        return [attributes(group.resource) for batch in batches for group in _groups(batch)]

    @property
    def spans(self) -> list[Any]:
        """All spans."""
        groups = [group for request in self.traces for group in request.resource_spans]
        return [span for group in groups for scope in group.scope_spans for span in scope.spans]

    @property
    def records(self) -> list[Any]:
        """All log records."""
        groups = [group for request in self.logs for group in request.resource_logs]
        return [record for group in groups for scope in group.scope_logs for record in scope.log_records]

    @property
    def metric_names(self) -> set[str]:
        """The names of all metrics."""
        groups = [group for request in self.metrics for group in request.resource_metrics]
        return {metric.name for group in groups for scope in group.scope_metrics for metric in scope.metrics}

    def wait_until(self, arrived: Callable[[], Any], seconds: float = 60) -> None:
        """Wait for something to arrive, and fail where it does not in time."""
        deadline = time.monotonic() + seconds
        while not arrived():
            assert time.monotonic() < deadline, "telemetry did not arrive in time"
            time.sleep(0.05)

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


def attributes(holder: Any) -> dict[str, Any]:
    """Return the attributes of a span, record, resource or scope as a dictionary."""
    return {pair.key: _value(pair.value) for pair in holder.attributes}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [_value(item) for item in value.array_value.values]
    return None if kind is None else getattr(value, kind)


def _groups(request: Any) -> Any:
    for name in ("resource_spans", "resource_metrics", "resource_logs"):
        if hasattr(request, name):
            return getattr(request, name)
    return ()


def _handler(sink: OtlpSink) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            request = _REQUESTS[self.path]()
            request.ParseFromString(body)
            getattr(sink, self.path.removeprefix("/v1/")).append(request)
            senders = sink.senders.setdefault(self.client_address[1], set())
            senders.update(attributes(group.resource).get("process.pid", 0) for group in _groups(request))
            self.send_response(200)
            self.send_header("content-type", "application/x-protobuf")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            return

    return Handler
