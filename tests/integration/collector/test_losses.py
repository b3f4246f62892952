"""What the Collector loses it counts, under the names that the alerts are written on."""

import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from threading import Thread

import httpx
import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from stack.build.binaries import Binaries
from stack.components.collector import collector
from stack.running import running
from stack.settings import Settings
from stack.terminal import Terminal
from tests.integration.otel_distro.otlp_sink import OtlpSink

# As written, since it is the spelling that counts.
_LOST = re.compile(
    r'^(otelcol_exporter_(?:send|enqueue)_failed_spans)\{.*exporter="([^"]+)".*\} (\S+)$', re.MULTILINE
)
_SMALL_QUEUE = """
exporters:
  otlp_http/{backend}:
    sending_queue: {{queue_size: 3000, batch: {{min_size: 100, max_size: 2000}}}}
"""
_IDS = Random(7)


@contextmanager
def _answering(status: int) -> Iterator[str]:
    """Return the address of a backend that answers so to whatever it is sent."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


@pytest.fixture
def taking() -> Iterator[OtlpSink]:
    """Stand where a backend would that takes everything."""
    sink = OtlpSink()
    yield sink
    sink.close()


def _send(settings: Settings, name: str) -> None:
    """Send a span once, and fail where the Collector does not take it."""
    request = ExportTraceServiceRequest()
    scope = request.resource_spans.add().scope_spans.add()
    scope.spans.add(trace_id=_IDS.randbytes(16), span_id=_IDS.randbytes(8), name=name)
    httpx.post(
        f"http://127.0.0.1:{settings.ports.otlp_http}/v1/traces",
        content=request.SerializeToString(),
        headers={"content-type": "application/x-protobuf"},
    ).raise_for_status()


def _lost(settings: Settings) -> dict[tuple[str, str], float]:
    page = httpx.get(f"http://127.0.0.1:{settings.ports.collector_metrics}/metrics").raise_for_status()
    return {(name, exporter): float(value) for name, exporter, value in _LOST.findall(page.text)}


def _wait_for_loss(settings: Settings) -> dict[tuple[str, str], float]:
    deadline = time.monotonic() + 30
    while not (lost := _lost(settings)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return lost


def test_what_a_backend_refuses_for_good_is_counted(
    tmp_path: Path, binaries: Binaries, terminal: Terminal
) -> None:
    """By exporter, from the first loss on: there is no such series before."""
    with _answering(400) as tempo:
        settings = Settings.on_free_ports(tmp_path, "full", collector_environ={"TEMPO_OTLP_ENDPOINT": tempo})
        with running(settings, [collector(settings, binaries)], terminal):
            assert _lost(settings) == {}
            _send(settings, "refused")

            assert _wait_for_loss(settings) == {("otelcol_exporter_send_failed_spans", "otlp_http/tempo"): 1}


@pytest.mark.parametrize(("full", "other"), [("sentry", "tempo"), ("tempo", "sentry")])
def test_a_full_queue_troubles_neither_senders_nor_other_backends(
    tmp_path: Path, binaries: Binaries, terminal: Terminal, taking: OtlpSink, full: str, other: str
) -> None:
    """Every request is taken at once, the other backend has each span once, and what was lost is counted."""
    small = tmp_path / "small.yaml"
    small.write_text(_SMALL_QUEUE.format(backend=full), encoding="utf-8")
    with _answering(429) as busy:
        environ = {
            f"{full.upper()}_OTLP_ENDPOINT": busy,
            f"{other.upper()}_OTLP_ENDPOINT": taking.endpoint,
            "SENTRY_OTLP_PUBLIC_KEY": "0123456789abcdef",
            "SENTRY_TRACES_SAMPLE_RATE": "1",
        }
        settings = Settings.on_free_ports(tmp_path / "stack", "full", collector_environ=environ)
        component = collector(settings, binaries)
        component = replace(component, command=(*component.command, f"--config={small}"))
        with running(settings, [component], terminal):
            names = [f"span {number}" for number in range(100)]
            for name in names:
                _send(settings, name)
            taking.wait_until(lambda: len(taking.spans) >= len(names), 30)

            assert Counter(span.name for span in taking.spans) == Counter(names)
            assert set(_wait_for_loss(settings)) == {
                ("otelcol_exporter_enqueue_failed_spans", f"otlp_http/{full}")
            }
