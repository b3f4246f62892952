"""Where contrib's middleware does right, the server edge does the same."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from opentelemetry.instrumentation._semconv import _OpenTelemetrySemanticConventionStability
from opentelemetry.instrumentation.fastapi import FastAPIInstrumentor

DURATION = "http.server.request.duration"
WRONG_IN_CONTRIB = {
    "server.address",  # the port is part of it
    "server.port",  # missing from the span
    "http.route",  # the measurement of an included route lacks its prefix
    "url.query",  # the values are exported
    "client.port",  # outlives no connection, and tells nothing
    "error.type",  # missing from the span of an unhandled exception
}
Signals = tuple[str, str, dict[str, Any], dict[str, Any]]


@pytest.fixture
def _stable_conventions(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("OTEL_SEMCONV_STABILITY_OPT_IN", "http")
    monkeypatch.setattr(_OpenTelemetrySemanticConventionStability, "_initialized", False)
    yield
    monkeypatch.setattr(_OpenTelemetrySemanticConventionStability, "_initialized", False)


def signals(telemetry: Any, get: Callable[..., Any], path: str) -> Signals:
    """Send one request, and return what it left: name, status, span and metric attributes."""
    telemetry.span_exporter.clear()
    get(path, headers={"user-agent": "oracle"})
    (span,) = telemetry.server_spans
    (point,) = [point for point in telemetry.points(DURATION) if point.count]
    status = span.status.status_code.name
    return span.name, status, _comparable(span.attributes), _comparable(point.attributes)


def _comparable(attributes: Any) -> dict[str, Any]:
    return {key: value for key, value in attributes.items() if key not in WRONG_IN_CONTRIB}


@pytest.mark.usefixtures("_stable_conventions")
@pytest.mark.parametrize("path", ["/trace", "/v1/items/7?a=b", "/v1/items/x", "/v1/items/0", "/nowhere"])
def test_span_and_measurement_equal_contribs(
    telemetry: Any, contrib_telemetry: Any, instrument: Any, get: Any, application: FastAPI, path: str
) -> None:
    """Name, status and attributes are the same for every way of answering."""
    FastAPIInstrumentor.instrument_app(
        application,
        tracer_provider=contrib_telemetry.tracer_provider,
        meter_provider=contrib_telemetry.meter_provider,
        exclude_spans=["receive", "send"],
    )
    expected = signals(contrib_telemetry, get, path)
    FastAPIInstrumentor.uninstrument_app(application)

    instrument()

    assert signals(telemetry, get, path) == expected
