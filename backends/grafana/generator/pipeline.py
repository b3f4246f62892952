"""Telemetry about telemetry: what the processes accepted and delivered, what the Collector queued."""

from collections.abc import Callable

from grafana_foundation_sdk.builders.dashboard import Dashboard

from backends.grafana.generator.page import add_row, choice, create_page
from backends.grafana.generator.panels import single, timeseries

_OF = 'service_name=~"$service"'
_EVERY = "[$__rate_interval]"
# The three signals, as the conventions for SDKs name them and as the Collector does.
_IN_PROCESSES = {"spans": "span", "log records": "log", "data points": "metric_data_point"}
_IN_COLLECTOR = {"spans": "spans", "log records": "log_records", "data points": "metric_points"}


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


def _exported(signal: str, more: str = "") -> str:
    return f"rate(otel_sdk_exporter_{signal}_exported_total{{{_OF}{more}}}{_EVERY})"


def _all_signals(one: Callable[[str], str]) -> str:
    return " + ".join(f"sum({one(signal)})" for signal in _IN_PROCESSES.values())


def _waiting(signal: str) -> str:
    return f"otel_sdk_exporter_{signal}_inflight{{{_OF}}}"


def _now() -> list[object]:
    delivered = _all_signals(lambda signal: _exported(signal, ', error_type=""'))
    return [
        single("Delivered", "cps", delivered, why="Spans, log records and data points."),
        single(
            "Lost",
            "percentunit",
            f"1 - ({delivered}) / ({_all_signals(_exported)})",
            why="Dropped by the processes, for whatever reason, of what left their queues.",
        ),
        single("Waiting in the processes", "short", _all_signals(_waiting), why="In memory and on disk."),
        single(
            "Fullest queue of the Collector",
            "percentunit",
            "max(otelcol_exporter_queue_size / otelcol_exporter_queue_capacity)",
            why="What comes for a queue that is full is lost.",
        ),
    ]


def _processes() -> list[object]:
    return [
        timeseries(
            "Delivered, or dropped",
            "cps",
            {
                f"{name} {{{{error_type}}}}": f"sum by (error_type) ({_exported(signal)})"
                for name, signal in _IN_PROCESSES.items()
            },
            why="With a reason where it was dropped.",
        ),
        timeseries(
            "Waiting",
            "short",
            {
                f"{name} of {{{{service_name}}}}": f"sum by (service_name) ({_waiting(signal)})"
                for name, signal in _IN_PROCESSES.items()
            },
            why="In memory and on disk: it grows while the Collector does not answer.",
        ),
        timeseries(
            "Taken in before encoding",
            "cps",
            {
                f"{name} {{{{error_type}}}}": "sum by (error_type) "
                f"(rate(otel_sdk_processor_{signal}_processed_total{{{_OF}}}{_EVERY}))"
                for name, signal in list(_IN_PROCESSES.items())[:2]
            },
            why="With a reason where it was dropped before its turn.",
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
                for signal, name in _IN_COLLECTOR.items()
            },
        ),
        timeseries(
            "Refused",
            "cps",
            {
                signal: f"sum(rate(otelcol_receiver_refused_{name}{_EVERY}))"
                for signal, name in _IN_COLLECTOR.items()
            },
            why="The senders keep what is refused, and send it again.",
        ),
        timeseries(
            "Sent to the backends",
            "cps",
            {
                f"{{{{exporter}}}} {signal}": "sum by (exporter) "
                f"(rate(otelcol_exporter_sent_{name}{_EVERY}))"
                for signal, name in _IN_COLLECTOR.items()
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
