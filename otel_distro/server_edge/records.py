"""Writes the log records of the server edge: one a request, and one for an unhandled exception.

They go to the OpenTelemetry Logs API and not through `logging`, so that what the application
prints stays as it is. An application that wants the access record among its own lines gives the
logger `otel_distro.server_edge` handlers: it gets the same record there, and the logger's name keeps the
bridge from exporting it twice.
https://opentelemetry.io/docs/specs/otel/logs/api/#emit-a-logrecord
"""

import logging
from collections.abc import Mapping
from time import time_ns

from opentelemetry._logs import Logger, SeverityNumber
from opentelemetry.context import Context, attach, detach
from opentelemetry.semconv.attributes.http_attributes import HTTP_RESPONSE_STATUS_CODE
from opentelemetry.semconv.attributes.url_attributes import URL_PATH

from otel_distro.server_edge.instruments import SCOPE
from otel_distro.server_edge.request_attributes import AttributeValue

ACCESS_EVENT = "http.server.request.completed"
EXCEPTION_EVENT = "http.server.request.exception"
DURATION_ATTRIBUTE = "http.server.request.duration"

_application_log = logging.getLogger(SCOPE)

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
    failed = isinstance(status, int) and status >= 500
    severity = SeverityNumber.WARN if failed else SeverityNumber.INFO
    body = f"{method} {attributes[URL_PATH]} {status} {seconds * 1000:.1f} ms"
    said: dict[str, AttributeValue | float] = {**attributes, DURATION_ATTRIBUTE: seconds}
    logger.emit(
        timestamp=time_ns(),
        context=context,
        severity_number=severity,
        severity_text=severity.name,
        body=body,
        attributes=said,
        event_name=ACCESS_EVENT,
    )
    _offer_to_application(logging.WARNING if failed else logging.INFO, context, body, said)


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


def _offer_to_application(
    level: int, context: Context, body: str, attributes: Mapping[str, AttributeValue | float]
) -> None:
    # Handlers of its own, not the root's: without them nobody has asked for the record.
    if not _application_log.handlers or not _application_log.isEnabledFor(level):
        return
    record = _application_log.makeRecord(_application_log.name, level, "", 0, body, (), None)
    vars(record).update(attributes)
    token = attach(context)
    try:
        _application_log.handle(record)
    finally:
        detach(token)
