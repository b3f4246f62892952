"""Variables about how metrics are collected.

https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#metrics-sdk-configuration
"""

from dataclasses import dataclass

from otel_distro import parsing
from otel_distro.environment_variables import OTEL_DISTRO_HISTOGRAM_BUCKETS, OTEL_DISTRO_SCRAPED_NAMES
from otel_distro.variables.histogram_buckets import histogram_buckets
from otel_distro.variables.metric_aliases import metric_aliases
from otel_distro.variables.variable import Variable, own, setting


@dataclass(frozen=True)
class MetricSettings:
    """When metrics are collected, what leads from them to traces, and what a scraper finds."""

    metric_export_interval: int = setting(
        "OTEL_METRIC_EXPORT_INTERVAL", "60000", parsing.milliseconds, "the specification's default, ms"
    )
    exemplar_filter: str = setting(
        "OTEL_METRICS_EXEMPLAR_FILTER",
        "trace_based",
        parsing.one_of("always_on", "always_off", "trace_based"),
        "measurements inside a sampled span keep its trace id",
    )
    histogram_buckets: str | None = own(
        OTEL_DISTRO_HISTOGRAM_BUCKETS,
        "",
        parsing.checked_text(histogram_buckets),
        "upper bounds, metric=bound,bound,…;metric=…, in place of the conventions'",
        instead="the conventions' buckets",
    )
    prometheus_host: str = setting(
        "OTEL_EXPORTER_PROMETHEUS_HOST",
        "localhost",
        parsing.text,
        "where a scraper finds the process, with the exporter prometheus",
    )
    prometheus_port: int = setting(
        "OTEL_EXPORTER_PROMETHEUS_PORT",
        "9464",
        parsing.port,
        "the same; each further process takes the next free one",
    )
    scraped_names: str | None = own(
        OTEL_DISTRO_SCRAPED_NAMES,
        "",
        parsing.checked_text(metric_aliases),
        "further names for that scraper, metric=other.name{attribute:label,…};…",
        instead="no further names",
    )


CHECKED = (
    Variable("OTEL_METRIC_EXPORT_TIMEOUT", "30000", parsing.milliseconds, "of one collection, milliseconds"),
    Variable(
        "OTEL_PYTHON_SDK_INTERNAL_METRICS_ENABLED",
        "false",
        parsing.boolean,
        "the SDK's metrics about itself; delivery reports its own in any case",
    ),
    Variable(
        "OTEL_PYTHON_SYSTEM_METRICS_EXCLUDED_METRICS",
        "",
        parsing.names,
        "for contrib's system metrics; ours measure the process alone",
    ),
)
