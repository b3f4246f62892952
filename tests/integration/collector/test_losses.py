"""What the Collector loses it counts, under the names that the alerts are written on."""

import re
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor

from stack.build.binaries import Binaries
from stack.components.collector import collector
from stack.running import running
from stack.settings import Settings
from stack.terminal import Terminal

# As written, since it is the spelling that counts.
_FAILED = re.compile(r'^otelcol_exporter_send_failed_spans\{exporter="([^"]+)".*\} (\S+)$', re.MULTILINE)


class _Refusing(BaseHTTPRequestHandler):
    """Calls whatever it is sent bad."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(400)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


@pytest.fixture
def refusing_tempo() -> Iterator[str]:
    """Return the address of a backend that refuses spans for good."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Refusing) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def _lost(settings: Settings) -> dict[str, float]:
    page = httpx.get(f"http://127.0.0.1:{settings.ports.collector_metrics}/metrics").raise_for_status()
    return {exporter: float(value) for exporter, value in _FAILED.findall(page.text)}


def test_what_a_backend_refuses_for_good_is_counted(
    tmp_path_factory: pytest.TempPathFactory, binaries: Binaries, terminal: Terminal, refusing_tempo: str
) -> None:
    """By exporter, from the first loss on: there is no such series before."""
    settings = Settings.on_free_ports(
        tmp_path_factory.mktemp("collector"),
        "full",
        collector_environ={"TEMPO_OTLP_ENDPOINT": refusing_tempo},
    )
    with running(settings, [collector(settings, binaries)], terminal):
        assert _lost(settings) == {}
        provider = TracerProvider()
        exporter = OTLPSpanExporter(f"http://127.0.0.1:{settings.ports.otlp_http}/v1/traces")
        provider.add_span_processor(SimpleSpanProcessor(exporter))
        provider.get_tracer("test").start_span("refused").end()
        provider.shutdown()

        deadline = time.monotonic() + 15
        while not (lost := _lost(settings)) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert lost == {"otlp_http/tempo": 1}
