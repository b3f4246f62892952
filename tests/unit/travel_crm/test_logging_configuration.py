"""The lines that a log record becomes."""

import json
import logging
from collections.abc import Iterator

import pytest
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, use_span

from travel_crm.logging_configuration import configure_logging
from travel_crm.settings import Settings

SPAN = NonRecordingSpan(SpanContext(trace_id=0xA1, span_id=0xB2, is_remote=False, trace_flags=TraceFlags(1)))


@pytest.fixture(autouse=True)
def _former_logging() -> Iterator[None]:
    """Put the root logger back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def configure(**environ: str) -> None:
    """Set up logging as the environment asks."""
    configure_logging(Settings.from_environ(environ))


def test_a_line_of_text(capsys: pytest.CaptureFixture[str]) -> None:
    """Inside a trace the line ends with its id."""
    configure()

    with use_span(SPAN):
        logging.getLogger("crm").info("booking created")
    logging.getLogger("crm").debug("too much")
    logging.getLogger("crm").info("no trace")

    inside, outside = capsys.readouterr().err.splitlines()
    assert inside.endswith(f"INFO crm: booking created trace_id={0xA1:032x}")
    assert outside.endswith("INFO crm: no trace")


def test_a_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    """What was given as `extra` is there, and an exception is one string."""
    configure(LOG_FORMAT="json")

    with use_span(SPAN):
        try:
            raise ValueError("oh")
        except ValueError:
            logging.getLogger("crm").exception("job failed", extra={"job_id": "42"})

    line = json.loads(capsys.readouterr().err)
    assert (line["level"], line["logger"], line["message"]) == ("ERROR", "crm", "job failed")
    assert (line["job_id"], line["trace_id"], line["span_id"]) == ("42", f"{0xA1:032x}", f"{0xB2:016x}")
    assert "ValueError: oh" in line["exc_info"]
    assert line["timestamp"].endswith("+00:00")


def test_the_record_is_left_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Other handlers of a record, such as one that exports it, see no attributes they did not ask for."""
    configure(LOG_FORMAT="json")
    record = logging.LogRecord("crm", logging.INFO, __file__, 1, "message", (), None)
    before = set(vars(record))

    with use_span(SPAN):
        logging.getLogger().handle(record)

    assert set(vars(record)) - before <= {"message", "asctime", "exc_text"}
    assert capsys.readouterr().err


def test_other_peoples_loggers_keep_their_handlers() -> None:
    """A server that has set up its own logging is left alone."""
    theirs = logging.getLogger("some.server")
    handler = logging.NullHandler()
    theirs.addHandler(handler)

    configure()

    assert theirs.handlers == [handler]
    assert not theirs.disabled
    theirs.removeHandler(handler)
