"""The access record: one for each request, any route and status, inside its server span."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from opentelemetry import trace

from otel_distro.logs.bridge import LoggingBridge
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


def test_record_says_whose_request_it_was(telemetry: Any, instrument: Any, get: Any) -> None:
    """What the application said on the server span is on the record: tenant and pseudonym, no more."""
    instrument()

    get("/of-a-tenant")

    (record,) = access_records(telemetry)
    assert record.attributes["tenant.id"] == "acme"
    assert record.attributes["enduser.pseudo.id"] == "u-1"
    assert "enduser.id" not in record.attributes


def test_record_of_a_request_that_is_not_sampled_says_so_too(
    telemetry: Any, instrument: Any, get: Any
) -> None:
    """There is no span, and the record has the caller's trace and the tenant all the same."""
    instrument()

    get("/of-a-tenant", headers={"traceparent": f"00-{0xA1:032x}-{0xB2:016x}-00"})

    (record,) = access_records(telemetry)
    assert not telemetry.spans
    assert record.trace_id == 0xA1
    assert record.attributes["tenant.id"] == "acme"


@pytest.fixture
def bridge(telemetry: Any) -> Iterator[None]:
    """Export what is logged."""
    bridge = LoggingBridge(logger_provider=telemetry.logger_provider)
    bridge.install()
    yield
    bridge.uninstall()


@pytest.mark.usefixtures("bridge")
def test_error_that_the_application_logged_is_one_record(telemetry: Any, instrument: Any, get: Any) -> None:
    """The application's words are kept, and the edge adds none of its own."""
    instrument()

    get("/logged-and-broken")

    (record,) = [record for record in telemetry.records if "exception.type" in record.attributes]
    assert record.body == "gave up"
    (span,) = telemetry.spans
    assert record.span_id == span.context.span_id


class _Printed(logging.Handler):
    """Keeps each record with the trace that was current when it came."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[tuple[logging.LogRecord, int]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        self.records.append((record, trace.get_current_span().get_span_context().trace_id))


@pytest.mark.usefixtures("bridge")
def test_application_may_have_the_record_among_its_own_lines(
    telemetry: Any, instrument: Any, get: Any
) -> None:
    """A logger that has handlers gets what is exported, within the span; it is exported once."""
    instrument()
    logger, printed = logging.getLogger("otel_distro.server_edge"), _Printed()
    logger.addHandler(printed)
    logger.setLevel(logging.INFO)
    try:
        get("/trace")
    finally:
        logger.removeHandler(printed)
        logger.setLevel(logging.NOTSET)

    ((line, trace_id),) = printed.records
    (record,) = access_records(telemetry)
    assert list(telemetry.records) == [record]
    assert (line.getMessage(), line.levelname) == (record.body, "INFO")
    assert vars(line).items() >= dict(record.attributes).items()
    assert trace_id == record.trace_id


def test_nobody_who_did_not_ask_gets_the_record(
    telemetry: Any, instrument: Any, get: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """Handlers of the root logger print what they printed without telemetry."""
    instrument()

    with caplog.at_level(logging.DEBUG):
        get("/trace")

    assert access_records(telemetry)
    assert not [record for record in caplog.records if record.name == "otel_distro.server_edge"]
