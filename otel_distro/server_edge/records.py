"""Writes the log records of the server edge: one a request, and one for an unhandled exception.

They go to the OpenTelemetry Logs API and not through `logging`, so that what the application
prints stays as it is.
https://opentelemetry.io/docs/specs/otel/logs/api/#emit-a-logrecord
"""

from collections.abc import Mapping
from time import time_ns

from opentelemetry._logs import Logger, SeverityNumber
from opentelemetry.context import Context
from opentelemetry.semconv.attributes.http_attributes import HTTP_RESPONSE_STATUS_CODE
from opentelemetry.semconv.attributes.url_attributes import URL_PATH

from otel_distro.server_edge.request_attributes import AttributeValue

ACCESS_EVENT = "http.server.request.completed"
EXCEPTION_EVENT = "http.server.request.exception"
DURATION_ATTRIBUTE = "http.server.request.duration"

RequestAttributes = Mapping[str, AttributeValue]


def emit_access_record(
    logger: Logger, context: Context, method: str, attributes: RequestAttributes, seconds: float
) -> None:
    """Write the record that a request was served.

    Args:
        logger: where it goes.
        context: the server span's.
        method: as the span names it.
        attributes: the span's, with the response's.
        seconds: from the first byte of the request to the last of the response.
    """
    status = attributes.get(HTTP_RESPONSE_STATUS_CODE, "-")
    severity = SeverityNumber.WARN if isinstance(status, int) and status >= 500 else SeverityNumber.INFO
    logger.emit(
        timestamp=time_ns(),
        context=context,
        severity_number=severity,
        severity_text=severity.name,
        body=f"{method} {attributes[URL_PATH]} {status} {seconds * 1000:.1f} ms",
        attributes={**attributes, DURATION_ATTRIBUTE: seconds},
        event_name=ACCESS_EVENT,
    )


def emit_exception_record(
    logger: Logger, context: Context, attributes: RequestAttributes, error: BaseException
) -> None:
    """Write the record of an exception that the application did not handle.

    Args:
        logger: where it goes.
        context: the server span's.
        attributes: the span's.
        error: the exception, with its traceback.
    """
    logger.emit(
        timestamp=time_ns(),
        context=context,
        severity_number=SeverityNumber.ERROR,
        severity_text=SeverityNumber.ERROR.name,
        body="Unhandled exception while serving a request",
        attributes=dict(attributes),
        event_name=EXCEPTION_EVENT,
        exception=error,
    )
