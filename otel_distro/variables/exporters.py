"""Variables about which exporters each signal has, and those of exporters that are not OTLP.

https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#exporter-selection
"""

from dataclasses import dataclass

from otel_distro import parsing
from otel_distro.components import components
from otel_distro.variables.variable import Variable, setting

_OTLP = ("otlp", "otlp_proto_http", "otlp_proto_grpc")
_WHY = "upstream exports nothing by default"


@dataclass(frozen=True)
class ExporterSettings:
    """The exporters of each signal."""

    traces_exporter: tuple[str, ...] = setting(
        "OTEL_TRACES_EXPORTER",
        "otlp",
        components("opentelemetry_traces_exporter", "none", "console", *_OTLP),
        _WHY,
    )
    metrics_exporter: tuple[str, ...] = setting(
        "OTEL_METRICS_EXPORTER",
        "otlp",
        components("opentelemetry_metrics_exporter", "none", "console", "prometheus", *_OTLP),
        _WHY,
    )
    logs_exporter: tuple[str, ...] = setting(
        "OTEL_LOGS_EXPORTER",
        "otlp",
        components("opentelemetry_logs_exporter", "none", "console", *_OTLP),
        _WHY,
    )


CHECKED = (
    Variable(
        "OTEL_EXPORTER_ZIPKIN_ENDPOINT",
        "http://localhost:9411/api/v2/spans",
        parsing.url,
        "where the zipkin exporter sends, if it is installed",
    ),
    Variable(
        "OTEL_EXPORTER_ZIPKIN_TIMEOUT", "10000", parsing.milliseconds, "of the zipkin exporter, milliseconds"
    ),
)
