"""Judges an HTTP answer: only an OTLP response is success, and only named codes are retried.

https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
"""

from collections.abc import Mapping
from http import HTTPStatus

from otel_distro.delivery.answer import accepted, accepted_json, error_message, retry_after
from otel_distro.delivery.outcome import Outcome, Permanent, Retryable, TooLarge

RETRYABLE = frozenset(
    {
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    }
)
"""The codes that the specification names; every other 4xx and 5xx must not be sent again."""

_OF_GATEWAYS = (HTTPStatus.BAD_GATEWAY, HTTPStatus.GATEWAY_TIMEOUT)
"""Codes of one that had no answer itself, and may have passed the request on."""


def judge(status: int, headers: Mapping[str, str], body: bytes) -> Outcome:
    """Return what an HTTP answer means for the request that it answers.

    A redirect or a page in place of an OTLP response comes from something that is not a
    Collector, such as a login portal: the specification has no rule for it, and it may pass. So the
    telemetry is kept. Whoever answered 200 may have taken it all the same.
    """
    if 200 <= status < 300:
        return _success(status, headers, body)
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return TooLarge(_explanation(status, headers, body))
    if status in RETRYABLE:
        delay = retry_after(headers.get("Retry-After"))
        explanation = _explanation(status, headers, body)
        return Retryable(f"http_{status}", explanation, delay, unknown=status in _OF_GATEWAYS)
    if status < 400:
        return Retryable("redirect", f"HTTP {status} instead of an OTLP response")
    return Permanent(f"http_{status}", _explanation(status, headers, body))


def _success(status: int, headers: Mapping[str, str], body: bytes) -> Outcome:
    if not body:
        return accepted(b"")
    kind = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    try:
        if kind == "application/json":
            return accepted_json(body)
        if not kind.startswith("text/"):
            return accepted(body)
    except (ValueError, TypeError, OverflowError, RecursionError):
        pass
    message = f"HTTP {status} with {kind or 'an answer'} that is no OTLP response"
    return Retryable("not_otlp", message, unknown=True)


def _explanation(status: int, headers: Mapping[str, str], body: bytes) -> str:
    protobuf = "protobuf" in headers.get("Content-Type", "")
    detail = error_message(body) if protobuf else ""
    return f"HTTP {status}: {detail}" if detail else f"HTTP {status}"
