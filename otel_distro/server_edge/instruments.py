"""Owns the instruments that the server edge records with: tracer, histogram, counter, logger.

https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#http-server
"""

from dataclasses import dataclass

from opentelemetry._logs import Logger, LoggerProvider, get_logger
from opentelemetry.metrics import Histogram, MeterProvider, UpDownCounter, get_meter
from opentelemetry.semconv._incubating.metrics.http_metrics import (  # pyright: ignore[reportMissingTypeStubs]
    HTTP_SERVER_ACTIVE_REQUESTS,
)
from opentelemetry.semconv.metrics.http_metrics import HTTP_SERVER_REQUEST_DURATION
from opentelemetry.semconv.schemas import Schemas
from opentelemetry.trace import Tracer, TracerProvider, get_tracer

from otel_distro.version import VERSION

SCOPE = "otel_distro.server_edge"
"""Also the name of the logger that an application may find the access record at."""
_DURATION_BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]
_SCHEMA = list(Schemas)[-1].value


@dataclass(frozen=True)
class EdgeInstruments:
    """What one server edge records with."""

    tracer: Tracer
    duration: Histogram
    active_requests: UpDownCounter
    logger: Logger


def create_instruments(
    tracer_provider: TracerProvider | None = None,
    meter_provider: MeterProvider | None = None,
    logger_provider: LoggerProvider | None = None,
) -> EdgeInstruments:
    """Create the instruments.

    Args:
        tracer_provider: where spans go; the global one by default, and so for the other two.
        meter_provider: where metrics go.
        logger_provider: where log records go.
    """
    meter = get_meter(SCOPE, VERSION, meter_provider, schema_url=_SCHEMA)
    return EdgeInstruments(
        tracer=get_tracer(SCOPE, VERSION, tracer_provider, schema_url=_SCHEMA),
        duration=meter.create_histogram(
            HTTP_SERVER_REQUEST_DURATION,
            unit="s",
            description="Duration of HTTP server requests.",
            explicit_bucket_boundaries_advisory=_DURATION_BOUNDARIES,
        ),
        active_requests=meter.create_up_down_counter(
            HTTP_SERVER_ACTIVE_REQUESTS,
            unit="{request}",
            description="Number of active HTTP server requests.",
        ),
        logger=get_logger(SCOPE, VERSION, logger_provider, schema_url=_SCHEMA),
    )
