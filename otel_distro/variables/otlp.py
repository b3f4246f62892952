"""Variables of the OTLP exporter: nine options, each for all signals and for one.

The general ones that a person sets first are fields of the settings; `destinations.py` reads the
others by their option's name.
https://opentelemetry.io/docs/specs/otel/protocol/exporter/
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from otel_distro import parsing
from otel_distro.components import component
from otel_distro.variables.sent_headers import sent_headers
from otel_distro.variables.variable import Parse, Variable, setting

SIGNALS = ("TRACES", "METRICS", "LOGS")


def _seconds(value: str) -> float:
    return parsing.milliseconds(value) / 1000


@dataclass(frozen=True)
class OtlpSettings:
    """What a person sets first about the way to the Collector."""

    protocol: str = setting(
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "http/protobuf",
        parsing.one_of("http/protobuf", "grpc"),
        "the specification's default; upstream Python takes grpc, which a fork can deadlock",
    )
    endpoint: str | None = setting(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "",
        parsing.endpoint,
        "a Collector on this machine, by protocol",
        instead="http://localhost:4318, or port 4317 for grpc",
    )
    headers: str | None = setting(
        "OTEL_EXPORTER_OTLP_HEADERS",
        "",
        parsing.checked_text(sent_headers),
        "sent with each export",
        secret=True,
        instead="no headers from it",
    )
    temporality: Literal["cumulative", "delta", "lowmemory"] = setting(
        "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
        "cumulative",
        parsing.one_of("cumulative", "delta", "lowmemory"),
        "of counters and histograms; the specification's default",
    )
    histogram_aggregation: Literal["explicit_bucket_histogram", "base2_exponential_bucket_histogram"] = (
        setting(
            "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
            "explicit_bucket_histogram",
            parsing.one_of("explicit_bucket_histogram", "base2_exponential_bucket_histogram"),
            "how histograms are aggregated where no buckets are given",
        )
    )


@dataclass(frozen=True)
class Option:
    """One option of the exporter: how its text is parsed, and what holds where there is none."""

    parse: Parse
    default: Any
    instead: str
    why: str
    secret: bool = False


OPTIONS: Mapping[str, Option] = {
    "ENDPOINT": Option(parsing.endpoint, None, "the general endpoint", "where it is sent, as it is"),
    "PROTOCOL": Option(
        parsing.one_of("http/protobuf", "grpc"), "http/protobuf", "the general protocol", "how it is sent"
    ),
    "HEADERS": Option(sent_headers, {}, "no headers from it", "sent with each export", secret=True),
    "COMPRESSION": Option(parsing.one_of("none", "gzip", "deflate"), "none", "none", "none, gzip or deflate"),
    "TIMEOUT": Option(_seconds, 10.0, "10000", "of one attempt, milliseconds"),
    "CERTIFICATE": Option(
        parsing.file, None, "the system's authorities", "PEM file of the trusted authorities"
    ),
    "CLIENT_CERTIFICATE": Option(parsing.file, None, "none", "PEM file of our own certificate"),
    "CLIENT_KEY": Option(parsing.file, None, "none", "PEM file of its key"),
    "INSECURE": Option(parsing.boolean, default=False, instead="false", why="grpc without TLS"),
}


def variable_name(option: str, signal: str = "") -> str:
    """Return the variable of an option, general or for one signal."""
    return f"OTEL_EXPORTER_OTLP_{signal.upper()}_{option}" if signal else f"OTEL_EXPORTER_OTLP_{option}"


def _variable(option: str, signal: str = "") -> Variable:
    known = OPTIONS[option]
    about = f"{signal.lower()} alone: {known.why}" if signal else known.why
    return Variable(
        variable_name(option, signal), "", known.parse, about, secret=known.secret, instead=known.instead
    )


_FIELDS = ("ENDPOINT", "PROTOCOL", "HEADERS")
_CREDENTIALS = (
    "OTEL_PYTHON_EXPORTER_OTLP_HTTP_CREDENTIAL_PROVIDER",
    "OTEL_PYTHON_EXPORTER_OTLP_HTTP_TRACES_CREDENTIAL_PROVIDER",
    "OTEL_PYTHON_EXPORTER_OTLP_HTTP_METRICS_CREDENTIAL_PROVIDER",
    "OTEL_PYTHON_EXPORTER_OTLP_HTTP_LOGS_CREDENTIAL_PROVIDER",
    "OTEL_PYTHON_EXPORTER_OTLP_GRPC_CREDENTIAL_PROVIDER",
    "OTEL_PYTHON_EXPORTER_OTLP_GRPC_TRACES_CREDENTIAL_PROVIDER",
    "OTEL_PYTHON_EXPORTER_OTLP_GRPC_METRICS_CREDENTIAL_PROVIDER",
    "OTEL_PYTHON_EXPORTER_OTLP_GRPC_LOGS_CREDENTIAL_PROVIDER",
)

CHECKED = (
    *(_variable(option) for option in OPTIONS if option not in _FIELDS),
    *(_variable(option, signal) for signal in SIGNALS for option in OPTIONS),
    *(
        Variable(
            name,
            "",
            component("opentelemetry_otlp_credential_provider"),
            "credentials of upstream's OTLP exporter; ours takes headers",
            instead="none",
        )
        for name in _CREDENTIALS
    ),
    Variable(
        "OTEL_PYTHON_EXPORTER_OTLP_GRPC_RETRYABLE_ERROR_CODES",
        "",
        parsing.names,
        "of upstream's OTLP exporter; ours tries again what the specification names",
    ),
)
