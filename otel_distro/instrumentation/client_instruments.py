"""Owns the instruments that calls to other servers are recorded with: a tracer and a histogram.

Created by each client instrumentation; `client_call.py` records with them. The attributes of a
measurement are those of its span that are bounded in number.
https://opentelemetry.io/docs/specs/semconv/db/database-metrics/
https://opentelemetry.io/docs/specs/semconv/http/http-metrics/#http-client
"""

from dataclasses import dataclass

from opentelemetry.metrics import Histogram, MeterProvider, get_meter
from opentelemetry.semconv.attributes.db_attributes import (
    DB_COLLECTION_NAME,
    DB_NAMESPACE,
    DB_OPERATION_NAME,
    DB_RESPONSE_STATUS_CODE,
    DB_SYSTEM_NAME,
)
from opentelemetry.semconv.attributes.error_attributes import ERROR_TYPE
from opentelemetry.semconv.attributes.http_attributes import HTTP_REQUEST_METHOD, HTTP_RESPONSE_STATUS_CODE
from opentelemetry.semconv.attributes.network_attributes import NETWORK_PROTOCOL_VERSION
from opentelemetry.semconv.attributes.server_attributes import SERVER_ADDRESS, SERVER_PORT
from opentelemetry.semconv.attributes.url_attributes import URL_SCHEME
from opentelemetry.semconv.metrics.db_metrics import DB_CLIENT_OPERATION_DURATION
from opentelemetry.semconv.metrics.http_metrics import HTTP_CLIENT_REQUEST_DURATION
from opentelemetry.semconv.schemas import Schemas
from opentelemetry.trace import Tracer, TracerProvider, get_tracer

from otel_distro.version import VERSION

_SCHEMA = list(Schemas)[-1].value
_DATABASE_BOUNDARIES = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10]
_HTTP_BOUNDARIES = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]


@dataclass(frozen=True)
class ClientInstruments:
    """What one client instrumentation records with.

    Args:
        tracer: starts the spans.
        duration: takes the seconds of each call, sampled or not.
        measured: the attributes of a span that its measurement has too.
    """

    tracer: Tracer
    duration: Histogram
    measured: tuple[str, ...]


def create_database_instruments(
    scope: str, tracer_provider: TracerProvider | None = None, meter_provider: MeterProvider | None = None
) -> ClientInstruments:
    """Create the instruments of a database instrumentation.

    Args:
        scope: the instrumentation's module name.
        tracer_provider: where spans go; `None` for the global one.
        meter_provider: where measurements go; `None` for the global one.
    """
    return ClientInstruments(
        tracer=get_tracer(scope, VERSION, tracer_provider, schema_url=_SCHEMA),
        duration=get_meter(scope, VERSION, meter_provider, schema_url=_SCHEMA).create_histogram(
            DB_CLIENT_OPERATION_DURATION,
            unit="s",
            description="Duration of database client operations.",
            explicit_bucket_boundaries_advisory=_DATABASE_BOUNDARIES,
        ),
        measured=(
            *(DB_SYSTEM_NAME, DB_OPERATION_NAME, DB_COLLECTION_NAME, DB_NAMESPACE),
            *(SERVER_ADDRESS, SERVER_PORT, DB_RESPONSE_STATUS_CODE, ERROR_TYPE),
        ),
    )


def create_http_instruments(
    scope: str, tracer_provider: TracerProvider | None = None, meter_provider: MeterProvider | None = None
) -> ClientInstruments:
    """Create the instruments of an HTTP client's instrumentation.

    Args:
        scope: the instrumentation's module name.
        tracer_provider: where spans go; `None` for the global one.
        meter_provider: where measurements go; `None` for the global one.
    """
    return ClientInstruments(
        tracer=get_tracer(scope, VERSION, tracer_provider, schema_url=_SCHEMA),
        duration=get_meter(scope, VERSION, meter_provider, schema_url=_SCHEMA).create_histogram(
            HTTP_CLIENT_REQUEST_DURATION,
            unit="s",
            description="Duration of HTTP client requests.",
            explicit_bucket_boundaries_advisory=_HTTP_BOUNDARIES,
        ),
        measured=(
            *(HTTP_REQUEST_METHOD, HTTP_RESPONSE_STATUS_CODE, URL_SCHEME, NETWORK_PROTOCOL_VERSION),
            *(SERVER_ADDRESS, SERVER_PORT, ERROR_TYPE),
        ),
    )
