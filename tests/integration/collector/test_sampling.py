"""What a Collector that keeps a share of the traces keeps: here none but those that failed or were slow."""

from collections.abc import Iterator

import httpx
import pytest
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.trace import StatusCode, set_span_in_context
from prometheus_client.parser import text_string_to_metric_families

from stack.build.binaries import Binaries
from stack.components.collector import collector
from stack.running import running
from stack.settings import Settings
from stack.terminal import Terminal
from tests.integration.otel_distro.otlp_sink import OtlpSink

_SECOND = 1_000_000_000


@pytest.fixture
def tempo() -> Iterator[OtlpSink]:
    """Stand where Tempo would."""
    sink = OtlpSink()
    yield sink
    sink.close()


@pytest.fixture
def settings(
    tmp_path_factory: pytest.TempPathFactory, binaries: Binaries, terminal: Terminal, tempo: OtlpSink
) -> Iterator[Settings]:
    """Run the full profile's Collector alone, which keeps none of the common traces."""
    environ = {"TEMPO_OTLP_ENDPOINT": tempo.endpoint, "TRACE_SAMPLE_PERCENT": "0"}
    directory = tmp_path_factory.mktemp("collector")
    settings = Settings.on_free_ports(directory, "full", collector_environ=environ)
    with running(settings, [collector(settings, binaries)], terminal):
        yield settings


def _send(settings: Settings, name: str, *, seconds: float = 0.01, failed: bool = False) -> None:
    """Send a request with a command inside; it is the command that fails or takes its time."""
    provider = TracerProvider(resource=Resource({"service.name": "travel-crm-api"}))
    exporter = OTLPSpanExporter(f"http://127.0.0.1:{settings.ports.otlp_http}/v1/traces")
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("test")
    start, end = _SECOND, _SECOND + int(seconds * _SECOND)
    request = tracer.start_span(name, start_time=start)
    command = tracer.start_span(f"{name} command", set_span_in_context(request), start_time=start)
    if failed:
        command.set_status(StatusCode.ERROR)
    command.end(end)
    request.end(end)
    provider.shutdown()


def _counted(settings: Settings) -> dict[str, float]:
    page = httpx.get(f"http://127.0.0.1:{settings.ports.collector_prometheus}/metrics").raise_for_status()
    samples = [one for family in text_string_to_metric_families(page.text) for one in family.samples]
    calls = [one for one in samples if one.name == "traces_span_metrics_calls_total"]
    return {one.labels["span_name"]: one.value for one in calls}


def test_failed_and_slow_traces_are_kept_whole_and_all_are_counted(
    settings: Settings, tempo: OtlpSink
) -> None:
    """The request arrives with the command that made its trace one to keep; rates are those of all."""
    _send(settings, "common")
    _send(settings, "failed", failed=True)
    _send(settings, "slow", seconds=0.6)

    tempo.wait_until(lambda: len(tempo.spans) >= 4, 30)

    assert sorted(span.name for span in tempo.spans) == ["failed", "failed command", "slow", "slow command"]
    # The connector begins a series at zero, and counts at its next flush.
    tempo.wait_until(lambda: [_counted(settings)[name] for name in ("common", "failed", "slow")] == [1, 1, 1])
