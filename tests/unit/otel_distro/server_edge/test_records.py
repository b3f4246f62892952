"""The access record: one for each request, any route and status, inside its server span."""

from typing import Any

import pytest

from otel_distro.server_edge.records import ACCESS_EVENT, DURATION_ATTRIBUTE
from otel_distro.settings import Settings


def access_records(telemetry: Any) -> list[Any]:
    """Return the access records."""
    return [record for record in telemetry.records if record.event_name == ACCESS_EVENT]


@pytest.mark.parametrize(
    ("path", "status", "severity"),
    [
        ("/trace", 200, "INFO"),
        ("/nowhere", 404, "INFO"),
        ("/v1/items/not-a-number", 422, "INFO"),
        ("/v1/items/0", 503, "WARN"),
        ("/broken", 500, "WARN"),
    ],
)
def test_every_request_leaves_one_record_in_its_span(
    telemetry: Any, instrument: Any, get: Any, path: str, status: int, severity: str
) -> None:
    """Success, validation error, unknown path and failure alike."""
    instrument()

    get(path)

    (record,) = access_records(telemetry)
    (span,) = telemetry.spans
    assert (record.trace_id, record.span_id) == (span.context.trace_id, span.context.span_id)
    assert record.attributes["http.response.status_code"] == status
    assert record.severity_text == severity
    assert record.body.startswith(f"GET {path} {status} ")
    assert 0 < record.attributes[DURATION_ATTRIBUTE] < 5


def test_record_has_no_query_values(telemetry: Any, instrument: Any, get: Any) -> None:
    """A token in a query string reaches neither body nor attributes (traps: Security 3)."""
    instrument()

    get("/trace?token=canary-1f2e3d")

    (record,) = access_records(telemetry)
    assert "canary-1f2e3d" not in repr((record.body, dict(record.attributes)))


def test_records_can_be_turned_off(telemetry: Any, instrument: Any, get: Any) -> None:
    """`OTEL_DISTRO_ACCESS_RECORDS=false` leaves the span and drops the record."""
    instrument(settings=Settings(access_records=False))

    get("/trace")

    assert not telemetry.records
    assert len(telemetry.spans) == 1
