"""Telemetry about telemetry: what the processes accepted and delivered, what the Collector queued."""

from grafana_foundation_sdk.builders.dashboard import Dashboard

from backends.grafana.generator.page import add_row, choice, create_page
from backends.grafana.generator.panels import single, timeseries

_OF = 'service_name=~"$service"'
_EVERY = "[$__rate_interval]"
_PROCESSED = f'{{__name__=~"otel_sdk_processor_.+_processed_total", {_OF}}}'
_EXPORTED = f'{{__name__=~"otel_sdk_exporter_.+_exported_total", {_OF}}}'
_EXPORTED_WELL = f'{{__name__=~"otel_sdk_exporter_.+_exported_total", {_OF}, error_type=""}}'
_WAITING = f'{{__name__=~"otel_sdk_exporter_.+_inflight", {_OF}}}'


def create_pipeline_page() -> Dashboard:
    """Return the dashboard."""
    page = create_page(
        "pipeline", "Travel CRM: telemetry", "What the processes sent, what the Collector made of it."
    )
    page.with_variable(
        choice("service", "Service", "label_values(otel_sdk_exporter_span_exported_total, service_name)")
    )
    add_row(page, "Now", _now())
    add_row(page, "In the processes", _processes())
    add_row(page, "In the Collector", _collector())
    return page


def _now() -> list[object]:
    return [
        single(
            "Delivered", "cps", f"sum(rate({_EXPORTED_WELL}{_EVERY}))", why="Spans, records and data points."
        ),
        single(
            "Lost",
            "percentunit",
            f"1 - sum(rate({_EXPORTED_WELL}{_EVERY})) / sum(rate({_EXPORTED}{_EVERY}))",
            why="Dropped by the processes, for whatever reason, of what left their queues.",
        ),
        single("Waiting in the processes", "short", f"sum({_WAITING})", why="In memory and on disk."),
        single(
            "Fullest queue of the Collector",
            "percentunit",
            "max(otelcol_exporter_queue_size / otelcol_exporter_queue_capacity)",
            why="A queue that is full makes it refuse what it is sent.",
        ),
    ]


def _processes() -> list[object]:
    # A component is one signal's: otlp_http_span_exporter, batching_log_processor.
    by = "sum by (otel_component_type, error_type)"
    legend = "{{otel_component_type}} {{error_type}}"
    return [
        timeseries(
            "Taken in, or dropped",
            "cps",
            {legend: f"{by} (rate({_PROCESSED}{_EVERY}))"},
            why="With a reason where it was dropped before its turn.",
        ),
        timeseries(
            "Delivered, or dropped",
            "cps",
            {legend: f"{by} (rate({_EXPORTED}{_EVERY}))"},
            why="With a reason where it was dropped.",
        ),
        timeseries(
            "Waiting",
            "short",
            {
                "{{service_name}} {{otel_component_type}}": "sum by (service_name, otel_component_type) "
                f"({_WAITING})"
            },
            why="In memory and on disk: it grows while the Collector does not answer.",
        ),
        timeseries(
            "Answering", "short", {"{{job}}": "min by (job) (up)"}, why="1 while what is scraped answers."
        ),
    ]


def _collector() -> list[object]:
    return [
        timeseries(
            "Accepted",
            "cps",
            {
                signal: f"sum(rate(otelcol_receiver_accepted_{name}{_EVERY}))"
                for signal, name in _SIGNALS.items()
            },
        ),
        timeseries(
            "Refused",
            "cps",
            {
                signal: f"sum(rate(otelcol_receiver_refused_{name}{_EVERY}))"
                for signal, name in _SIGNALS.items()
            },
            why="The senders keep what is refused, and send it again.",
        ),
        timeseries(
            "Sent to the backends",
            "cps",
            {
                f"{{{{exporter}}}} {signal}": "sum by (exporter) "
                f"(rate(otelcol_exporter_sent_{name}{_EVERY}))"
                for signal, name in _SIGNALS.items()
            },
        ),
        timeseries(
            "Queues",
            "percentunit",
            {
                "{{exporter}} {{data_type}}": "max by (exporter, data_type) "
                "(otelcol_exporter_queue_size / otelcol_exporter_queue_capacity)"
            },
            why="How full, of their bytes on disk.",
        ),
        timeseries("Memory", "bytes", {"resident": "sum(otelcol_process_memory_rss)"}),
        timeseries("Processors in use", "short", {"busy": f"sum(rate(otelcol_process_cpu_seconds{_EVERY}))"}),
    ]


_SIGNALS = {"spans": "spans", "log records": "log_records", "metric points": "metric_points"}
