"""The team's names are made of what the semantic conventions name, in the real Collector."""

from collections.abc import Iterator

import httpx
import pytest
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import format_trace_id
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from otel_distro.instrumentation.client_call import start_call
from otel_distro.instrumentation.client_instruments import create_database_instruments
from otel_distro.metrics.slices import slices
from otel_distro.server_edge.instruments import create_instruments
from stack.build.binaries import Binaries
from stack.components.collector import collector
from stack.running import running
from stack.settings import Settings
from stack.terminal import Terminal


@pytest.fixture(scope="module")
def settings(
    tmp_path_factory: pytest.TempPathFactory, binaries: Binaries, terminal: Terminal
) -> Iterator[Settings]:
    """Run the embedded profile's Collector alone."""
    settings = Settings.on_free_ports(tmp_path_factory.mktemp("collector"), "embedded")
    with running(settings, [collector(settings, binaries)], terminal):
        yield settings


def send(settings: Settings, service: str, instance: str, *, errors: tuple[str, ...] = ()) -> str:
    """Measure a request and two commands as a service does, send it all, and return the trace's id."""
    resource = Resource({"service.name": service, "service.instance.id": instance})
    exporter = OTLPMetricExporter(f"http://127.0.0.1:{settings.ports.otlp_http}/v1/metrics")
    meter_provider = MeterProvider([PeriodicExportingMetricReader(exporter)], resource=resource)
    tracer_provider = TracerProvider(resource=resource)
    edge = create_instruments(tracer_provider, meter_provider)
    database = create_database_instruments("test", tracer_provider, meter_provider)
    request = {"http.request.method": "POST", "url.scheme": "http", "network.protocol.version": "1.1"}
    with edge.tracer.start_as_current_span("POST") as span:
        answered = {**request, "http.route": "/bookings"}
        edge.active_requests.add(2, {"http.request.method": "POST", "url.scheme": "http"})
        edge.active_requests.add(1, {"http.request.method": "GET", "url.scheme": "http"})
        edge.duration.record(0.3, {**answered, "http.response.status_code": 201})
        for error in errors:
            edge.duration.record(0.4, {**answered, "http.response.status_code": 500, "error.type": error})
        for attributes in (
            {"db.system.name": "mongodb", "db.operation.name": "find", "db.collection.name": "bookings"},
            {"db.system.name": "redis", "db.operation.name": "GET"},
        ):
            call = start_call(database, "call", attributes)
            assert call is not None
            call.end()
    meter_provider.shutdown()
    return format_trace_id(span.get_span_context().trace_id)


def scraped(settings: Settings) -> list[Sample]:
    """Return every sample that a scraper finds, as OpenMetrics has them."""
    response = httpx.get(
        f"http://127.0.0.1:{settings.ports.collector_prometheus}/metrics",
        headers={"accept": "application/openmetrics-text; version=1.0.0"},
    )
    families = text_string_to_metric_families(response.raise_for_status().text)
    return [sample for family in families for sample in family.samples]


def found(samples: list[Sample], name: str, **labels: str) -> list[Sample]:
    """Return the samples of a name that have these labels."""
    return [one for one in samples if one.name == name and labels.items() <= one.labels.items()]


def test_request_is_found_by_the_teams_names(settings: Settings) -> None:
    """Duration with the trace for exemplar, count and active requests; the originals stay."""
    trace_id = send(settings, "travel-crm-api", "one")

    samples = scraped(settings)
    labels = {
        "job": "travel-crm-api",
        "instance": "one",
        "method": "POST",
        "route": "/bookings",
        "status_code": "201",
    }
    (requests,) = found(samples, "travel_crm_http_requests_total", **labels)
    (seconds,) = found(samples, "travel_crm_http_request_duration_seconds_sum", **labels)
    (active,) = found(samples, "travel_crm_active_connections", job="travel-crm-api", instance="one")
    buckets = found(samples, "travel_crm_http_request_duration_seconds_bucket", **labels)
    assert (requests.value, seconds.value, active.value) == (1, 0.3, 3)
    assert [one.exemplar.labels["trace_id"] for one in buckets if one.exemplar] == [trace_id]
    assert "http_request_method" not in requests.labels
    assert found(samples, "http_server_request_duration_seconds_sum", http_route="/bookings")


def test_commands_are_found_by_operation_and_collection(settings: Settings) -> None:
    """MongoDB's have both, those of Redis an operation; exemplars lead to the trace."""
    trace_id = send(settings, "travel-crm-worker", "one")

    samples = scraped(settings)
    count = "travel_crm_db_query_duration_seconds_count"
    (find,) = found(samples, count, job="travel-crm-worker", operation="find", collection="bookings")
    (get,) = found(samples, count, job="travel-crm-worker", operation="GET", db_system_name="redis")
    buckets = found(
        samples, "travel_crm_db_query_duration_seconds_bucket", job="travel-crm-worker", operation="find"
    )
    assert (find.value, get.value) == (1, 1)
    assert "collection" not in get.labels
    assert trace_id in {one.exemplar.labels["trace_id"] for one in buckets if one.exemplar}


def test_instances_and_errors_are_kept_apart(settings: Settings) -> None:
    """Two workers are two series, and so are two errors of one route: nothing is lost or counted twice."""
    for instance in ("crm-w0", "crm-w1"):
        send(settings, "travel-crm-api", instance, errors=("ValueError", "KeyError", "KeyError"))

    samples = scraped(settings)
    for instance in ("crm-w0", "crm-w1"):
        failed = found(samples, "travel_crm_http_requests_total", instance=instance, status_code="500")
        assert {one.labels["error_type"]: one.value for one in failed} == {"ValueError": 1, "KeyError": 2}


def test_metric_that_is_cut_is_counted_whole(settings: Settings) -> None:
    """The distribution cuts a large metric into several requests; the team's series add up to all of it."""
    reader = InMemoryMetricReader()
    resource = Resource({"service.name": "travel-crm-api", "service.instance.id": "large"})
    provider = MeterProvider([reader], resource=resource)
    duration = create_instruments(meter_provider=provider).duration
    for number in range(150):
        for error in ("ValueError", "KeyError"):
            attributes = {"http.request.method": "GET", "http.route": f"/{number}", "error.type": error}
            duration.record(0.1, {**attributes, "http.response.status_code": 500})
    collected = reader.get_metrics_data()
    assert collected is not None

    exporter = OTLPMetricExporter(f"http://127.0.0.1:{settings.ports.otlp_http}/v1/metrics")
    parts = list(slices(collected, 64))
    for part in parts:
        exporter.export(part)

    requests = found(scraped(settings), "travel_crm_http_requests_total", instance="large", method="GET")
    assert len(parts) > 1
    assert (len(requests), sum(one.value for one in requests)) == (300, 300)


def test_other_services_keep_to_the_conventions(settings: Settings) -> None:
    """A service that is not the CRM's gets none of its names."""
    send(settings, "payment-gateway", "one")

    samples = [one for one in scraped(settings) if one.labels.get("job") == "payment-gateway"]
    assert found(samples, "http_server_request_duration_seconds_count")
    assert not [one.name for one in samples if one.name.startswith("travel_crm_")]
