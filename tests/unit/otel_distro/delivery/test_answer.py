"""What servers answer: never trusted, never fatal."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import BadRequest, RetryInfo
from google.rpc.status_pb2 import Status
from hypothesis import given, settings
from hypothesis import strategies as st

from otel_distro.delivery import answer


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        ("120", 120.0),
        (" 7 ", 7.0),
        ("1.5", 1.5),
        ("-5", None),
        ("nan", None),
        ("inf", answer.LONGEST_DELAY),
        ("999999999", answer.LONGEST_DELAY),
        ("soon", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    """Seconds or a date; nonsense counts as absent, and no server stops us for longer than an hour."""
    assert answer.retry_after(header) == seconds


def test_retry_after_a_date() -> None:
    """A date in the future is as many seconds away."""
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)

    assert answer.retry_after(date) == pytest.approx(60, abs=2)


def test_retry_info_in_a_status() -> None:
    """A gRPC server packs it among other details."""
    status = Status(code=14)
    for detail in (BadRequest(), RetryInfo(retry_delay=Duration(seconds=3, nanos=500_000_000))):
        packed = AnyMessage()
        packed.Pack(detail)
        status.details.append(packed)

    assert answer.retry_delay_of_status(status.SerializeToString()) == 3.5
    assert answer.retry_delay_of_status(Status().SerializeToString()) is None


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_no_bytes_are_fatal(data: bytes) -> None:
    """Whatever a server sends is a value or a ValueError, never anything else."""
    answer.error_message(data)
    answer.retry_delay_of_status(data)
    answer.retry_delay(data)
    for read in (answer.accepted, answer.accepted_json):
        with suppress(ValueError):
            read(data)


@settings(deadline=None)
@given(st.text())
def test_what_is_printed_is_one_safe_line(text: str) -> None:
    """No control character of a server reaches a terminal."""
    line = answer.printable(text.encode("utf-8", "surrogatepass"))

    assert line.isprintable()
    assert len(line) <= 200
