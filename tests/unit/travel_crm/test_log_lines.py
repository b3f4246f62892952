"""What becomes of what a record is given by `extra`, in both kinds of line."""

import json
import logging
import sys
from typing import Any

import pytest

from travel_crm.log_lines import JsonLine, TextLine

DEEP: list[Any] = []
for _ in range(100_000):
    DEEP = [DEEP]
CIRCULAR: dict[str, Any] = {}
CIRCULAR["self"] = CIRCULAR


class UnspeakableError(Exception):
    """Cannot say what it is."""

    def __str__(self) -> str:
        """Fail."""
        raise ValueError("not even this")


def record(**extra: object) -> logging.LogRecord:
    """Return a record that was given something."""
    made = logging.makeLogRecord({"name": "crm", "msg": "message", "levelname": "INFO"})
    vars(made).update(extra)
    return made


def as_json(made: logging.LogRecord) -> dict[str, Any]:
    """Return the line as an object; NaN and Infinity are no JSON."""
    return json.loads(
        JsonLine("crm").format(made), parse_constant=lambda name: pytest.fail(f"{name} is no JSON")
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (float("nan"), "nan"),
        (float("-inf"), "-inf"),
        ({"deep": [float("inf")]}, "{'deep': [inf]}"),
        (CIRCULAR, "{'self': {...}}"),
        ({(1, 2): 3}, "{(1, 2): 3}"),
        (DEEP, "<list>"),
        (10**5000, "<int>"),
    ],
    ids=["nan", "infinity", "inside", "circular", "key", "deep", "long"],
)
def test_what_json_cannot_say_is_said_as_text(value: object, said: str) -> None:
    """The line is JSON, and the other values of the record are what they were."""
    line = as_json(record(value=value, count=3, ratio=0.5))

    assert line["value"] == said
    assert (line["message"], line["count"], line["ratio"]) == ("message", 3, 0.5)


def test_an_exception_that_cannot_say_what_it_is() -> None:
    """It has its line all the same."""
    try:
        raise UnspeakableError
    except UnspeakableError:
        line = as_json(record(exc_info=sys.exc_info()))

    assert line["exception"]["message"] == "<UnspeakableError>"
    assert line["exception"]["type"].endswith(".UnspeakableError")


@pytest.mark.parametrize(
    "name",
    ["timestamp", "level", "logger", "service", "version", "trace_id", "span_id", "tenant", "exception"],
)
def test_nothing_passes_for_what_the_line_says_itself(name: str) -> None:
    """Outside a trace and for no tenant there is none, whatever the record was given."""
    made = record(**{name: "forged", "tenant.id": None})

    assert "forged" not in as_json(made).values()
    assert "forged" not in TextLine().format(made)


def test_people_read_what_the_record_was_given() -> None:
    """After the message, in quotation marks where there is white space, and all on one line."""
    made = record(
        booking_id="b1", reason="timed out\nERROR forged", attempt=2, nothing=None, odd=UnspeakableError()
    )

    assert (
        TextLine()
        .format(made)
        .endswith(
            r'Z INFO crm: message booking_id=b1 reason="timed out\nERROR forged" attempt=2 nothing=None'
            " odd=<UnspeakableError>"
        )
    )


def test_people_are_spared_what_an_access_records_message_says() -> None:
    """Attributes by the names of the semantic conventions are for machines."""
    assert TextLine().format(record(**{"url.path": "/customers"})).endswith("INFO crm: message")
