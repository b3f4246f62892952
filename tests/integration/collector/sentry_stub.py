"""The part of Sentry that takes OTLP, as strict as the real one about path and key.

https://docs.sentry.io/concepts/otlp/direct/
"""

import gzip
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Self

from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

PUBLIC_KEY = "0123456789abcdef"
_PATH = "/api/7/integration/otlp"


class SentryStub(ThreadingHTTPServer):
    """Takes traces and logs of project 7; answers 401 without its key, 404 elsewhere."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.spans: Counter[str] = Counter()
        self.lines: list[str] = []
        self.refused = 0

    @property
    def endpoint(self) -> str:
        """Return what SENTRY_OTLP_ENDPOINT is to be."""
        return f"http://127.0.0.1:{self.server_port}{_PATH}"

    def __enter__(self) -> Self:
        Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.shutdown()
        self.server_close()

    def take(self, path: str, body: bytes) -> int:
        """Decode what was sent, and return the status."""
        if path == f"{_PATH}/v1/traces":
            self._take_traces(ExportTraceServiceRequest.FromString(body))
        elif path == f"{_PATH}/v1/logs":
            self._take_logs(ExportLogsServiceRequest.FromString(body))
        else:
            return 404
        return 200

    def _take_traces(self, request: ExportTraceServiceRequest) -> None:
        for resource in request.resource_spans:
            for scope in resource.scope_spans:
                self.spans.update(span.trace_id.hex() for span in scope.spans)

    def _take_logs(self, request: ExportLogsServiceRequest) -> None:
        for resource in request.resource_logs:
            for scope in resource.scope_logs:
                self.lines += [record.body.string_value for record in scope.log_records]


class _Handler(BaseHTTPRequestHandler):
    server: SentryStub  # pyright: ignore[reportIncompatibleVariableOverride]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        if self.headers.get("x-sentry-auth") == f"sentry sentry_key={PUBLIC_KEY}":
            status = self.server.take(self.path, body)
        else:
            self.server.refused += 1
            status = 401
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        return
