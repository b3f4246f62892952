"""What is collected is read by a scraper under Prometheus's names, with the labels that are its own."""

from typing import Any

import pytest
from opentelemetry.metrics import Observation
from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics import exposition as openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text
from prometheus_client.registry import Collector
from prometheus_client.samples import Sample

from otel_distro.metrics.exposition import families_of
from tests.unit.otel_distro.conftest import Telemetry


class _Exposed(Collector):
    def __init__(self, telemetry: Telemetry) -> None:
        self._telemetry = telemetry

    def collect(self) -> Any:
        data = self._telemetry.metric_reader.get_metrics_data()
        return families_of(data) if data else ()


def scraped(telemetry: Telemetry) -> list[Sample]:
    """Return the samples that a scraper of OpenMetrics reads."""
    text = openmetrics.generate_latest(_Exposed(telemetry)).decode()
    return [sample for family in parse_openmetrics(text) for sample in family.samples]


def named(samples: list[Sample], name: str) -> list[Sample]:
    """Return the samples of a name, without the labels of the scope."""
    return [
        one._replace(labels={k: v for k, v in one.labels.items() if not k.startswith("otel_scope")})
        for one in samples
        if one.name == name
    ]


@pytest.mark.parametrize(
    ("kind", "name", "unit", "exposed"),
    [
        ("counter", "travel_crm.emails.sent", "", "travel_crm_emails_sent_total"),
        ("counter", "travel_crm.emails.sent", "{email}", "travel_crm_emails_sent_total"),
        ("counter", "process.cpu.time", "s", "process_cpu_time_seconds_total"),
        ("counter", "jobs_total", "1", "jobs_total"),
        ("up_down_counter", "process.memory.usage", "By", "process_memory_usage_bytes"),
        ("up_down_counter", "http.server.active_requests", "{request}", "http_server_active_requests"),
        ("gauge", "travel_crm.cache.hit_rate", "", "travel_crm_cache_hit_rate"),
        ("gauge", "process.memory.utilization", "1", "process_memory_utilization_ratio"),
    ],
)
def test_names_are_those_of_prometheus(
    telemetry: Telemetry, kind: str, name: str, unit: str, exposed: str
) -> None:
    """Unit and kind are part of the name as Prometheus translates OTLP."""
    instrument: Any = getattr(telemetry.meter_provider.get_meter("test"), f"create_{kind}")(name, unit)
    record = instrument.set if kind == "gauge" else instrument.add
    record(3, {"cache.type": "booking"})

    (sample,) = named(scraped(telemetry), exposed)

    assert (sample.labels, sample.value) == ({"cache_type": "booking"}, 3)


def test_scopes_keep_their_own_labels(telemetry: Telemetry) -> None:
    """Upstream's exporter would give the second scope's values the first one's label names."""
    for scope, attributes in (("one", {"a": "x", "b": "y"}), ("two", {"b": "z"})):
        meter = telemetry.meter_provider.get_meter(scope)
        meter.create_histogram("db.client.operation.duration", "s").record(0.2, attributes)

    counts = named(scraped(telemetry), "db_client_operation_duration_seconds_count")

    assert [one.labels for one in counts] == [{"a": "x", "b": "y"}, {"b": "z"}]


def test_histogram_adds_up_and_leads_to_its_trace(telemetry: Telemetry) -> None:
    """Buckets are cumulative to the count; the exemplar is on the bucket that it fell in."""
    histogram = telemetry.meter_provider.get_meter("test").create_histogram(
        "http.server.request.duration", "s", explicit_bucket_boundaries_advisory=[0.1, 1]
    )
    with telemetry.tracer_provider.get_tracer("test").start_as_current_span("request") as span:
        histogram.record(0.5)
    histogram.record(0.05)
    histogram.record(7)

    samples = scraped(telemetry)
    buckets = named(samples, "http_server_request_duration_seconds_bucket")
    (count,) = named(samples, "http_server_request_duration_seconds_count")
    (total,) = named(samples, "http_server_request_duration_seconds_sum")

    assert [(one.labels["le"], one.value) for one in buckets] == [("0.1", 1), ("1.0", 2), ("+Inf", 3)]
    assert (count.value, total.value) == (3, 7.55)
    (exemplar,) = [one.exemplar for one in buckets if one.exemplar]
    assert exemplar.labels["trace_id"] == format(span.get_span_context().trace_id, "032x")
    assert exemplar.value == 0.5
    assert buckets[1].exemplar == exemplar


def test_a_name_has_one_kind(telemetry: Telemetry) -> None:
    """A gauge under a counter's family would make the whole page unreadable; the first one stays."""
    telemetry.meter_provider.get_meter("one").create_counter("jobs").add(1)
    telemetry.meter_provider.get_meter("two").create_gauge("jobs").set(2)

    assert [one.value for one in named(scraped(telemetry), "jobs_total")] == [1]


def test_hostile_labels_are_readable(telemetry: Telemetry) -> None:
    """Names become what Prometheus allows, and values are escaped."""
    attributes: dict[str, Any] = {"0-bad name": 'a "quoted"\nline\\', "yes": True, "list": [1, 2]}
    telemetry.meter_provider.get_meter("test").create_counter("jobs").add(1, attributes)

    (sample,) = named(scraped(telemetry), "jobs_total")

    assert sample.labels == {
        "_bad_name": 'a "quoted"\nline\\',
        "yes": "true",
        "list": "[1,2]",
    }


def test_text_format_has_the_same(telemetry: Telemetry) -> None:
    """A scraper that does not ask for OpenMetrics reads it too, and the resource beside it."""
    meter = telemetry.meter_provider.get_meter("test")
    meter.create_observable_gauge("depth", [lambda _: [Observation(4)]])

    text = generate_latest(_Exposed(telemetry)).decode()
    samples = [sample for family in parse_text(text) for sample in family.samples]

    assert named(samples, "depth")[0].value == 4
    assert named(samples, "target_info")[0].labels["telemetry_sdk_language"] == "python"
