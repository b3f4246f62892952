"""Understands what a server answers: partial success, error messages, and the time to wait.

https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto
"""

import json
import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, cast

from otel_distro.delivery.outcome import Delivered, Outcome, Partial
from otel_distro.delivery.wire import fields, messages

LONGEST_DELAY = 3600.0
"""Seconds; a server that asks for more is asked again after this."""

_LONGEST_MESSAGE = 200
_PARTIAL_SUCCESS = 1
_REJECTED = 1
_ERROR_MESSAGE = 2
_STATUS_MESSAGE = 2
_STATUS_DETAILS = 3
_ANY_TYPE = 1
_ANY_VALUE = 2
_RETRY_DELAY = 1
_SECONDS = 1
_NANOSECONDS = 2
_RETRY_INFO = b"google.rpc.RetryInfo"


def accepted(body: bytes) -> Outcome:
    """Read an export response.

    Fields that a later version of the specification adds are passed over.

    Args:
        body: the encoded response; empty means full success.

    Raises:
        ValueError: where it is no export response.
    """
    rejected, message = 0, ""
    for number, value in fields(memoryview(body)):
        if number != _PARTIAL_SUCCESS:
            continue
        if not isinstance(value, memoryview):
            raise ValueError("not an export response")
        for inner, detail in fields(value):
            if inner == _REJECTED and isinstance(detail, int):
                rejected = detail
            elif inner == _ERROR_MESSAGE and isinstance(detail, memoryview):
                message = printable(detail)
    return _outcome(rejected, message)


def accepted_json(body: bytes) -> Outcome:
    """Read an export response in JSON.

    The specification wants an answer in the request's encoding. JSON in answer to protobuf may
    come from anyone, so it is taken for a response only where it is empty or has its one field.

    Raises:
        ValueError: where it is no export response.
    """
    answer: Any = json.loads(body)
    if not isinstance(answer, dict) or (answer and "partialSuccess" not in answer):
        raise ValueError("not an export response")
    partial: Any = cast("dict[str, Any]", answer).get("partialSuccess") or {}
    if not isinstance(partial, dict):
        raise ValueError("not an export response")
    details = cast("dict[str, Any]", partial)
    rejected = next((int(value) for name, value in details.items() if name.startswith("rejected")), 0)
    return _outcome(rejected, printable(str(details.get("errorMessage", "")).encode()))


def _outcome(rejected: int, message: str) -> Outcome:
    # A negative count arrives as a huge varint: nothing was rejected then.
    return Partial(rejected, message) if 0 < rejected < 1 << 63 else Delivered()


def error_message(body: bytes) -> str:
    """Return the message of an encoded `google.rpc.Status`, or nothing."""
    try:
        for number, value in fields(memoryview(body)):
            if number == _STATUS_MESSAGE and isinstance(value, memoryview):
                return printable(value)
    except ValueError:
        pass
    return ""


def retry_delay_of_status(status: bytes) -> float | None:
    """Return the seconds in the `RetryInfo` of an encoded `google.rpc.Status`, where it has one."""
    try:
        for detail in messages(memoryview(status), _STATUS_DETAILS):
            if any(bytes(name).endswith(_RETRY_INFO) for name in messages(detail, _ANY_TYPE)):
                return retry_delay(b"".join(bytes(value) for value in messages(detail, _ANY_VALUE)))
    except ValueError:
        pass
    return None


def retry_delay(retry_info: bytes) -> float | None:
    """Return the seconds in an encoded `google.rpc.RetryInfo`, where it names any."""
    seconds = 0.0
    try:
        for duration in messages(memoryview(retry_info), _RETRY_DELAY):
            for number, value in fields(duration):
                if isinstance(value, int) and value < 1 << 63:
                    seconds += value if number == _SECONDS else value / 1e9 if number == _NANOSECONDS else 0
    except ValueError:
        return None
    return min(seconds, LONGEST_DELAY) if seconds > 0 else None


def retry_after(header: str | None) -> float | None:
    """Return the seconds that a `Retry-After` header asks to wait.

    Args:
        header: seconds or an HTTP date; anything else counts as absent.
    """
    if header is None:
        return None
    try:
        seconds = float(header)
    except ValueError:
        seconds = _seconds_until(header)
    if math.isnan(seconds) or seconds < 0:
        return None
    return min(seconds, LONGEST_DELAY)


def _seconds_until(date: str) -> float:
    try:
        moment = parsedate_to_datetime(date)
    except (TypeError, ValueError, OverflowError):
        return math.nan
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max((moment - datetime.now(UTC)).total_seconds(), 0.0)


def printable(text: bytes | memoryview) -> str:
    """Return a server's text as one short line that is safe on a terminal."""
    decoded = bytes(text[: 4 * _LONGEST_MESSAGE]).decode("utf-8", "replace")
    line = " ".join("".join(c if c.isprintable() else " " for c in decoded).split())
    return line if len(line) <= _LONGEST_MESSAGE else line[: _LONGEST_MESSAGE - 1] + "…"
