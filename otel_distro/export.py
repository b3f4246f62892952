"""Connects the SDK with our encoder and delivery: from recorded telemetry to bytes on their way.

Called by `configurator.py`. Other exporters that a variable names are left to the SDK.
"""

from collections.abc import Mapping
from typing import Any

from opentelemetry.metrics import get_meter_provider

from otel_distro.delivery.account_metrics import create_account_metrics
from otel_distro.delivery.delivery import Delivery
from otel_distro.delivery.gate import Gate
from otel_distro.logs.export import DeliveryLogRecordProcessor
from otel_distro.metrics.export import DeliveryMetricExporter
from otel_distro.metrics.reader import DeliveryMetricReader
from otel_distro.otlp.logs import encode_log_records
from otel_distro.otlp.metrics import encode_metrics
from otel_distro.otlp.spans import encode_spans
from otel_distro.otlp.split import split
from otel_distro.otlp.weight import weigh_log_record, weigh_span
from otel_distro.settings import PROMETHEUS, Settings
from otel_distro.trace.export import DeliverySpanProcessor
from otel_distro.variables.metric_aliases import metric_aliases

METRIC_READER = "otel_distro_delivery"
"""The entry point that names our metric reader to the SDK."""

SCRAPE_READER = "otel_distro_scrape"
"""The entry point that names to the SDK what answers a scraper."""


def create_delivery(settings: Settings, gate: Gate) -> Delivery:
    """Create what sends this process's telemetry.

    Args:
        settings: where to, and the bounds.
        gate: says when.
    """
    delivery = Delivery(settings.delivery, split, gate=gate)
    gate.on_want(delivery.start)
    return delivery


def sdk_arguments(settings: Settings, delivery: Delivery) -> Mapping[str, Any]:
    """Return the arguments by which the SDK's configurator hands telemetry to delivery and to a scraper."""
    arguments: dict[str, Any] = {"metric_exporter_names": [], "exporter_args_map": {}}
    signals = delivery.settings.destinations
    if "traces" in signals:
        arguments["span_processors"] = [DeliverySpanProcessor(delivery, encode_spans, weigh_span)]
    if "logs" in signals:
        arguments["log_record_processors"] = [
            DeliveryLogRecordProcessor(delivery, encode_log_records, weigh_log_record)
        ]
    if "metrics" in signals:
        arguments["metric_exporter_names"].append(METRIC_READER)
        arguments["exporter_args_map"][DeliveryMetricReader] = {
            "exporter": DeliveryMetricExporter(
                delivery, encode_metrics, settings.temporality, settings.histogram_aggregation
            ),
            "delivery": delivery,
            "interval": settings.metric_export_interval / 1000,
        }
    if PROMETHEUS in settings.metrics_exporter:
        # Brings a library along that takes a part of the start.
        from otel_distro.metrics.scrape import ScrapeEndpoint, ScrapeReader

        arguments["metric_exporter_names"].append(SCRAPE_READER)
        arguments["exporter_args_map"][ScrapeReader] = {
            "endpoint": ScrapeEndpoint(settings.prometheus_host, settings.prometheus_port, delivery.notes),
            "delivery": delivery,
            "aliases": metric_aliases(settings.scraped_names or ""),
        }
    return arguments


def report_account(delivery: Delivery) -> None:
    """Report through the global meter provider what became of the telemetry of this process."""
    create_account_metrics(get_meter_provider(), delivery.account, delivery.settings)
