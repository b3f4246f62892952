"""The lines that a log record becomes, and the records that become a line."""

import json
import logging
import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, use_span

from travel_crm.log_records import mark_logged
from travel_crm.logging_configuration import configure_logging
from travel_crm.settings import Settings
from travel_crm.telemetry.tenant_context import in_tenant

SPAN = NonRecordingSpan(SpanContext(trace_id=0xA1, span_id=0xB2, is_remote=False, trace_flags=TraceFlags(1)))
TRACE_ID, SPAN_ID = f"{0xA1:032x}", f"{0xB2:016x}"
TIMESTAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
_LOGGERS = (None, "pymongo", "redis", "uvicorn", "uvicorn.error", "uvicorn.access", "otel_distro.server_edge")


@pytest.fixture(autouse=True)
def _former_logging() -> Iterator[None]:
    """Put the loggers that are set up back as they were."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    before = [(one.handlers[:], one.filters[:], one.level, one.propagate) for one in loggers]
    factory = logging.getLogRecordFactory()
    yield
    logging.setLogRecordFactory(factory)
    for logger, (handlers, filters, level, propagate) in zip(loggers, before, strict=True):
        for handler in set(logger.handlers) - set(handlers):
            handler.close()
        logger.handlers[:], logger.filters[:] = handlers, filters
        logger.setLevel(level)
        logger.propagate = propagate


class Keeping(logging.Handler):
    """Keeps records, as one that exports them does."""

    def __init__(self, records: list[logging.LogRecord]) -> None:
        super().__init__()
        self._records = records

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record."""
        self._records.append(record)


def configure(**environ: str) -> None:
    """Set up logging as the environment asks."""
    configure_logging(Settings.from_environ(environ))


def fail(message: str) -> ValueError:
    """Return an exception with a traceback."""
    try:
        raise ValueError(message)
    except ValueError as error:
        return error


def lines(text: str) -> list[dict[str, Any]]:
    """Return lines of JSON as objects."""
    return [json.loads(line) for line in text.splitlines()]


def test_a_line_of_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Inside a trace the line ends with its ids, and with the tenant where it is for one."""
    configure()

    with use_span(SPAN), in_tenant("acme"):
        logging.getLogger("crm").info("booking created")
    logging.getLogger("crm").debug("too much")
    logging.getLogger("crm").info("no trace")

    inside, outside = capsys.readouterr().err.splitlines()
    assert inside.endswith(f"Z INFO crm: booking created trace_id={TRACE_ID} span_id={SPAN_ID} tenant=acme")
    assert outside.endswith("Z INFO crm: no trace")


def test_a_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Everything has its name; what was given as `extra` is there too, and takes no name away."""
    configure(LOG_FORMAT="json", OTEL_SERVICE_NAME="travel-crm-api")

    with use_span(SPAN), in_tenant("acme"):
        logging.getLogger("crm").error(
            "job %s failed", 42, exc_info=fail("oh"), extra={"job_id": "42", "service": "another"}
        )

    (line,) = lines(capsys.readouterr().err)
    exception = line.pop("exception")
    assert re.fullmatch(TIMESTAMP, line.pop("timestamp"))
    assert line == {
        "level": "ERROR",
        "message": "job 42 failed",
        "logger": "crm",
        "service": "travel-crm-api",
        "version": version("travel-crm"),
        "trace_id": TRACE_ID,
        "span_id": SPAN_ID,
        "tenant": "acme",
        "job_id": "42",
    }
    assert (exception["type"], exception["message"]) == ("ValueError", "oh")
    assert exception["stacktrace"].startswith("Traceback (most recent call last)")


def test_other_handlers_find_the_tenant_on_the_record_and_nothing_else(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """One that exports records sees whose it is, and no attribute that it did not ask for."""
    configure(LOG_FORMAT="json")
    before = set(vars(logging.makeLogRecord({})))
    records: list[logging.LogRecord] = []
    logging.getLogger().addHandler(Keeping(records))

    with use_span(SPAN), in_tenant("acme"):
        logging.getLogger("crm").warning("message")

    (record,) = records
    assert set(vars(record)) - before <= {"message", "asctime", "exc_text", "taskName", "tenant.id"}
    assert vars(record)["tenant.id"] == "acme"
    assert capsys.readouterr().err


def test_files_hold_json_whatever_people_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`combined.log` has what stderr has, `error.log` the errors; the directory is made."""
    configure(LOG_DIR=str(tmp_path / "new" / "logs"))

    logging.getLogger("crm").info("fine")
    logging.getLogger("crm").error("bad")
    logging.getLogger("crm").debug("too much")

    directory = tmp_path / "new" / "logs"
    assert [line["message"] for line in lines((directory / "combined.log").read_text())] == ["fine", "bad"]
    assert [line["message"] for line in lines((directory / "error.log").read_text())] == ["bad"]
    assert [line.split()[1:] for line in capsys.readouterr().err.splitlines()] == [
        ["INFO", "crm:", "fine"],
        ["ERROR", "crm:", "bad"],
    ]


def test_what_cannot_be_said_in_utf_8_is_said_all_the_same(tmp_path: Path) -> None:
    """Half a surrogate, a line break, an object: one line that is JSON."""
    configure(LOG_DIR=str(tmp_path))

    logging.getLogger("crm").info("\ud800\n\N{SNOWMAN}", extra={"odd": object(), "many": {1, 2}})

    (line,) = lines((tmp_path / "combined.log").read_text())
    assert line["message"] == "\ud800\n\N{SNOWMAN}"


def test_a_message_makes_no_second_line_of_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever sends a line break forges no record."""
    configure()

    logging.getLogger("crm").info("no such path: %s", "/x\r\n2026-01-01T00:00:00.000Z ERROR forged")

    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith(r"INFO crm: no such path: /x\r\n2026-01-01T00:00:00.000Z ERROR forged")


def test_uvicorns_records_are_lines_like_any_other(capsys: pytest.CaptureFixture[str]) -> None:
    """Its handlers are replaced by ours, and its access record says no more than path and outcome."""
    logging.getLogger("uvicorn").addHandler(logging.StreamHandler())
    logging.getLogger("uvicorn").propagate = False
    configure(LOG_FORMAT="json")

    logging.getLogger("uvicorn.error").info("started", extra={"color_message": "started, in green"})
    with use_span(SPAN):
        logging.getLogger("uvicorn.access").info(
            '%s - "%s %s HTTP/%s" %d', "127.0.0.1:5123", "GET", "/customers?email=ada@example.com", "1.1", 200
        )

    started, access = lines(capsys.readouterr().err)
    assert (started["logger"], started["message"]) == ("uvicorn.error", "started")
    assert "color_message" not in started
    assert access["message"] == "GET /customers 200"
    assert access["trace_id"] == TRACE_ID
    assert {name: access[name] for name in access if "." in name} == {
        "client.address": "127.0.0.1",
        "http.request.method": "GET",
        "url.path": "/customers",
        "http.response.status_code": 200,
    }


def test_uvicorn_that_was_told_to_keep_quiet_does(capsys: pytest.CaptureFixture[str]) -> None:
    """`--no-access-log` takes handlers and propagation away; they are not given back."""
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False

    configure()

    assert not access.hasHandlers()


def test_the_servers_record_of_what_was_logged_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """An exception that was logged in its request is not logged again without it; another one is."""
    configure(LOG_FORMAT="json")
    known, unknown = fail("known"), fail("unknown")
    mark_logged(known)

    for error in (known, unknown):
        logging.getLogger("uvicorn.error").error("Exception in ASGI application", exc_info=error)

    (line,) = lines(capsys.readouterr().err)
    assert line["exception"]["message"] == "unknown"


def test_the_access_record_of_the_server_edge_is_a_line(tmp_path: Path) -> None:
    """It comes to a logger of its own name, below the level it is not written, and is written once."""
    configure(LOG_DIR=str(tmp_path))
    edge = logging.getLogger("otel_distro.server_edge")

    edge.info("GET /customers 200 1.5 ms")
    edge.debug("too much")

    (line,) = lines((tmp_path / "combined.log").read_text())
    assert line["message"] == "GET /customers 200 1.5 ms"


def test_lower_levels_of_uvicorn_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    """LOG_LEVEL is for every record."""
    logging.getLogger("uvicorn.error").setLevel("INFO")
    configure(LOG_LEVEL="WARNING")

    logging.getLogger("uvicorn.error").info("started")

    assert capsys.readouterr().err == ""


def test_drivers_quote_no_documents(capsys: pytest.CaptureFixture[str]) -> None:
    """At DEBUG the drivers of the stores would log commands whole."""
    configure(LOG_LEVEL="DEBUG")

    logging.getLogger("pymongo.command").debug('{"insert": "customers", "email": "ada@example.com"}')
    logging.getLogger("pymongo.topology").info("changed")

    assert [line.split()[-1] for line in capsys.readouterr().err.splitlines()] == ["changed"]


def test_other_peoples_loggers_keep_their_handlers() -> None:
    """A library that has set up its own logging is left alone."""
    theirs = logging.getLogger("some.server")
    handler = logging.NullHandler()
    theirs.addHandler(handler)

    configure()

    assert theirs.handlers == [handler]
    assert not theirs.disabled
    theirs.removeHandler(handler)
