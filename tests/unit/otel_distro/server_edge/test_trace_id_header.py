"""`X-Trace-ID`: goes out with every response, and comes in where a caller names its trace."""

from typing import Any

import pytest

from otel_distro.settings import Settings

HEX = "0af7651916cd43dd8448eb211c80319c"
UUID = "0AF76519-16cd-43dd-8448-eb211c80319c"


def test_response_carries_the_trace_id(telemetry: Any, instrument: Any, get: Any) -> None:
    """Any caller learns the id of its trace."""
    instrument()

    response = get("/trace")

    trace_id = f"{telemetry.spans[0].context.trace_id:032x}"
    assert response.headers.get_list("x-trace-id") == [trace_id]
    assert response.json() == {"trace": trace_id}


@pytest.mark.parametrize("path", ["/broken", "/nowhere", "/v1/items/not-a-number"])
def test_failed_responses_carry_it_too(telemetry: Any, instrument: Any, get: Any, path: str) -> None:
    """An error is when a caller needs the id."""
    instrument()

    response = get(path)

    assert response.headers["x-trace-id"] == f"{telemetry.spans[0].context.trace_id:032x}"


@pytest.mark.parametrize("value", [HEX, HEX.upper(), UUID])
def test_requested_id_becomes_the_roots(telemetry: Any, instrument: Any, get: Any, value: str) -> None:
    """32 hexadecimal digits or a UUID name the trace of a root span without an invented parent."""
    instrument()

    response = get("/trace", headers={"x-trace-id": value})

    (span,) = telemetry.spans
    assert f"{span.context.trace_id:032x}" == HEX
    assert span.parent is None
    assert not span.context.trace_flags.random_trace_id
    assert response.headers["x-trace-id"] == HEX


@pytest.mark.parametrize(
    "value",
    ["", "0" * 32, HEX[1:], HEX + "0", "g" * 32, UUID.replace("-", "", 1), "{" + UUID + "}", "a" * 10_000],
)
def test_anything_else_is_ignored_and_never_echoed(
    telemetry: Any, instrument: Any, get: Any, value: str
) -> None:
    """A value that is no trace id leaves no mark on the trace or the answer."""
    instrument()

    response = get("/trace", headers={"x-trace-id": value})

    trace_id = f"{telemetry.spans[0].context.trace_id:032x}"
    assert trace_id not in (HEX, "0" * 32)
    assert response.headers.get_list("x-trace-id") == [trace_id]


def test_excluded_request_is_answered_with_the_id_that_it_asked_for(
    telemetry: Any, instrument: Any, get: Any
) -> None:
    """It has no span, but its log records carry the id."""
    instrument(excluded_urls="trace")

    response = get("/trace", headers={"x-trace-id": HEX})

    assert response.headers["x-trace-id"] == HEX
    assert response.json() == {"trace": HEX}
    assert not telemetry.spans


def test_two_ids_are_none(telemetry: Any, instrument: Any, get: Any) -> None:
    """A request that names two traces is given one of its own."""
    instrument()

    get("/trace", headers=[("x-trace-id", HEX), ("x-trace-id", HEX)])

    assert f"{telemetry.spans[0].context.trace_id:032x}" != HEX


def test_traceparent_wins(telemetry: Any, instrument: Any, get: Any) -> None:
    """A caller's trace context is worth more than a bare id."""
    instrument()
    traceparent = "00-11111111111111111111111111111111-2222222222222222-01"

    response = get("/trace", headers={"x-trace-id": HEX, "traceparent": traceparent})

    assert response.headers["x-trace-id"] == "1" * 32


def test_the_id_does_not_leak_into_other_roots(telemetry: Any, instrument: Any, get: Any) -> None:
    """Only the request that asked has the id."""
    instrument()

    get("/trace", headers={"x-trace-id": HEX})
    get("/trace")

    assert f"{telemetry.spans[1].context.trace_id:032x}" != HEX


def test_an_applications_own_header_stays(telemetry: Any, instrument: Any, get: Any) -> None:
    """No answer is changed: a header that the application set is the only one."""
    instrument()

    response = get("/own-header")

    assert response.headers.get_list("x-trace-id") == ["mine"]


def test_header_can_be_renamed_or_turned_off(telemetry: Any, instrument: Any, get: Any) -> None:
    """`OTEL_DISTRO_TRACE_ID_HEADER=none` neither reads nor writes the header."""
    instrument(settings=Settings(trace_id_header="none"))

    response = get("/trace", headers={"x-trace-id": HEX})

    assert "x-trace-id" not in response.headers
    assert f"{telemetry.spans[0].context.trace_id:032x}" != HEX
