"""The log records of a request, under one trace id and in one shape wherever they are looked for."""

import json
import re
from collections import Counter
from typing import Any

import pytest

from stack.supervision.files import Files
from tests.e2e.backends import Backends
from tests.e2e.conftest import Sent, settled, until

API, WORKER = "travel-crm-api", "travel-crm-worker"
ACCESS = "otel_distro.server_edge"
SHAPE = ("level", "logger", "service", "version", "trace_id", "span_id", "tenant")


class LogFiles:
    """The files that the service's processes write together."""

    def __init__(self, full_stack: Any) -> None:
        self.files = Files(full_stack.settings.directory)

    def of_trace(self, name: str, trace_id: str) -> list[dict[str, Any]]:
        """Return the lines of a file that belong to a trace."""
        text = (self.files.logs / name).read_text()
        return [line for line in map(json.loads, text.splitlines()) if line.get("trace_id") == trace_id]

    def console(self, component: str, trace_id: str) -> list[str]:
        """Return what a process has written to its standard error within a trace."""
        text = self.files.log_of(component).read_text()
        return [line for line in text.splitlines() if f"trace_id={trace_id}" in line]


@pytest.fixture(scope="session")
def log_files(full_stack: Any) -> LogFiles:
    """Read the files of the full stack."""
    return LogFiles(full_stack)


def shape(record: dict[str, Any], message: str) -> tuple[str, ...]:
    """Return what a record is found by, with its first line."""
    return (*(record.get(key, "") for key in SHAPE), message.splitlines()[0])


def test_each_record_is_everywhere_once(log_files: LogFiles, backends: Backends, booked: Sent) -> None:
    """A booking's records are on the console, in `combined.log` and in Loki: the same ones, once."""

    def done() -> list[dict[str, Any]]:
        lines = log_files.of_trace("combined.log", booked.trace_id)
        ends = {
            line["service"] for line in lines if line["message"] == "job done" or line["logger"] == ACCESS
        }
        return lines if ends == {API, WORKER} else []

    written = until(done)
    in_file = Counter(shape(line, line["message"]) for line in written)

    def in_loki() -> Counter[tuple[str, ...]]:
        found = backends.records(f'trace_id="{booked.trace_id}"')
        return Counter(shape(record, record["line"]) for record in found)

    assert in_file == settled(in_loki, in_file)
    assert set(in_file.values()) == {1}
    assert {line["service"] for line in written} == {API, WORKER}
    assert len({line["tenant"] for line in written}) == 1
    for component, service in (("api", API), ("worker", WORKER)):
        shown = log_files.console(component, booked.trace_id)
        assert len(shown) == len([line for line in written if line["service"] == service])
    assert not log_files.of_trace("error.log", booked.trace_id)


def test_access_record_is_among_them(log_files: LogFiles, booked: Sent) -> None:
    """With route, status and duration, as the server edge writes it."""

    def found() -> list[dict[str, Any]]:
        lines = log_files.of_trace("combined.log", booked.trace_id)
        return [line for line in lines if line["logger"] == ACCESS]

    (access,) = until(found)
    assert re.fullmatch(r"POST /bookings 201 \d+\.\d ms", access["message"])
    assert access["http.route"] == "/bookings"
    assert access["http.server.request.duration"] > 0


def test_a_failure_is_one_error_everywhere(log_files: LogFiles, backends: Backends, failed: Sent) -> None:
    """`error.log` and Loki have the exception once, found by its level, with its stack trace."""
    (line,) = until(lambda: log_files.of_trace("error.log", failed.trace_id))
    (record,) = until(lambda: backends.records(f'trace_id="{failed.trace_id}" | level="ERROR"'))

    assert [record] == backends.records(
        f'tenant="{line["tenant"]}" | level="ERROR" | trace_id="{failed.trace_id}"'
    )
    assert line["exception"]["type"] == record["exception_type"] == "json.decoder.JSONDecodeError"
    assert line["exception"]["stacktrace"].startswith("Traceback (most recent call last)")
    assert "Traceback (most recent call last)" in record["line"]
    assert shape(line, line["message"]) == shape(record, record["line"])
