"""What HTTP answers mean; reliability row 5."""

import json

import pytest
from google.rpc.status_pb2 import Status
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from otel_distro.delivery.http_answer import judge
from otel_distro.delivery.outcome import Delivered, Partial, Permanent, Retryable, TooLarge

PROTOBUF = {"Content-Type": "application/x-protobuf"}


@pytest.mark.parametrize("headers", [PROTOBUF, {}, {"Content-Type": "text/plain"}])
@pytest.mark.parametrize("status", [200, 202, 204])
def test_an_empty_response_is_full_success(status: int, headers: dict[str, str]) -> None:
    """An empty body is an export response without partial success, whatever its type says."""
    assert judge(status, headers, b"") == Delivered()


def test_a_warning_in_a_full_success_is_full_success() -> None:
    """The specification lets a server add a message to a request that it took whole."""
    answer = ExportTraceServiceResponse()
    answer.partial_success.error_message = "please upgrade"

    assert judge(200, PROTOBUF, answer.SerializeToString()) == Delivered()


def test_a_partial_success_says_how_many_were_rejected() -> None:
    """It counts as a failure for the rejected ones only."""
    answer = ExportLogsServiceResponse()
    answer.partial_success.rejected_log_records = 7
    answer.partial_success.error_message = "too\x1b[31m old\n"

    assert judge(200, PROTOBUF, answer.SerializeToString()) == Partial(7, "too [31m old")


def test_a_negative_rejection_rejects_nothing() -> None:
    """A nonsensical count must not turn into a huge one."""
    answer = ExportLogsServiceResponse()
    answer.partial_success.rejected_log_records = -1

    assert judge(200, PROTOBUF, answer.SerializeToString()) == Delivered()


def test_a_partial_success_in_json_is_understood() -> None:
    """Some servers answer in JSON to a request in protobuf."""
    body = json.dumps({"partialSuccess": {"rejectedSpans": "3", "errorMessage": "no"}}).encode()

    assert judge(200, {"Content-Type": "application/json; charset=utf-8"}, body) == Partial(3, "no")
    assert judge(200, {"Content-Type": "application/json"}, b"{}") == Delivered()


def test_a_field_of_a_later_specification_is_passed_over() -> None:
    """What was taken is not sent again because the answer says more than we know."""
    later = b"\x12\x03new\x18\x01"
    answer = ExportTraceServiceResponse()
    answer.partial_success.rejected_spans = 2

    assert judge(200, PROTOBUF, later) == Delivered()
    assert judge(200, PROTOBUF, later + answer.SerializeToString()) == Partial(2)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html; charset=utf-8", b"<html>Sign in</html>"),
        ("text/html", b"\x0a\x00"),
        ("application/x-protobuf", b"<html>Sign in</html>"),
        ("application/json", b"<html>"),
        ("application/json", b"[]"),
        ("application/json", b'{"error": "unauthorized"}'),
        ("application/json", b'{"partialSuccess": {"rejectedSpans": "many"}}'),
        ("", b"OK"),
    ],
)
def test_a_page_is_no_success(kind: str, body: bytes) -> None:
    """A login portal takes no telemetry: it is kept, and the page is not shown to anyone."""
    outcome = judge(200, {"Content-Type": kind}, body)

    assert isinstance(outcome, Retryable)
    assert outcome.reason == "not_otlp"
    assert outcome.unknown
    assert "Sign in" not in outcome.message


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_no_success(status: int) -> None:
    """Credentials are not sent elsewhere; the telemetry is kept."""
    outcome = judge(status, {"Location": "https://elsewhere.example/"}, b"")

    assert isinstance(outcome, Retryable)
    assert outcome.reason == "redirect"


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_the_named_codes_are_retried(status: int) -> None:
    """Those, and only those, with the time that the server asks for; a gateway may have passed it on."""
    assert judge(status, {"Retry-After": "120"}, b"") == Retryable(
        f"http_{status}", f"HTTP {status}", delay=120.0, unknown=status in (502, 504)
    )


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 408, 415, 422, 500, 501, 505])
def test_every_other_error_is_final(status: int) -> None:
    """The specification forbids sending those again."""
    assert judge(status, {}, b"whatever") == Permanent(f"http_{status}", f"HTTP {status}")


def test_a_server_may_say_why() -> None:
    """The message of an OTLP error is passed on."""
    body = Status(message="tenant is unknown").SerializeToString()

    assert judge(400, PROTOBUF, body) == Permanent("http_400", "HTTP 400: tenant is unknown")


def test_too_large_is_not_final() -> None:
    """A request that is refused for its size can be halved."""
    assert judge(413, {}, b"") == TooLarge("HTTP 413")
