"""Variables about how metrics are collected.

https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#metrics-sdk-configuration
"""

from dataclasses import dataclass

from otel_distro import parsing
from otel_distro.variables.variable import Variable, setting


@dataclass(frozen=True)
class MetricSettings:
    """When metrics are collected, and what leads from them to traces."""

    metric_export_interval: int = setting(
        "OTEL_METRIC_EXPORT_INTERVAL", "60000", parsing.milliseconds, "the specification's default, ms"
    )
    exemplar_filter: str = setting(
        "OTEL_METRICS_EXEMPLAR_FILTER",
        "trace_based",
        parsing.one_of("always_on", "always_off", "trace_based"),
        "measurements inside a sampled span keep its trace id",
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
