"""`opentelemetry-instrument uvicorn app:app`: what a person gets without any setting."""

from collections import Counter
from typing import Any

import httpx
import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.integration.otel_distro.otlp_sink import OtlpSink, attributes


def of_path(sink: OtlpSink, path: str) -> list[Any]:
    """Return the server spans of one path."""
    servers = [span for span in sink.spans if span.kind == Span.SPAN_KIND_SERVER]
    return [span for span in servers if attributes(span)["url.path"] == path]


def test_three_signals_arrive_under_one_trace_id(run_application: Any, otlp_sink: OtlpSink) -> None:
    """One request leaves a span, its log record, its access record and a measurement with exemplar."""
    application = run_application("plain", OTEL_SERVICE_NAME="greeter", OTEL_METRIC_EXPORT_INTERVAL="200")

    response = httpx.get(f"{application.url}/greeting/Ada")
    trace_id = response.headers["x-trace-id"]
    application.stop()

    (span,) = of_path(otlp_sink, "/greeting/Ada")
    assert span.name == "GET /greeting/{name}"
    assert span.trace_id.hex() == trace_id
    records = [record for record in otlp_sink.records if record.trace_id == span.trace_id]
    assert sorted(record.event_name for record in records) == ["", "http.server.request.completed"]
    assert "greeting Ada" in [record.body.string_value for record in records]
    assert {record.span_id for record in records} == {span.span_id}
    assert trace_id in exemplar_trace_ids(otlp_sink)


def exemplar_trace_ids(sink: OtlpSink) -> set[str]:
    """Return the trace ids that measurements of request durations lead to."""
    groups = [group for request in sink.metrics for group in request.resource_metrics]
    metrics = [metric for group in groups for scope in group.scope_metrics for metric in scope.metrics]
    return {
        exemplar.trace_id.hex()
        for metric in metrics
        if metric.name == "http.server.request.duration"
        for point in metric.histogram.data_points
        for exemplar in point.exemplars
    }


def test_resource_names_service_process_and_host(run_application: Any, otlp_sink: OtlpSink) -> None:
    """All three signals say where they come from, and none shows the command line."""
    application = run_application("plain", OTEL_SERVICE_NAME="greeter")

    application.stop()

    for resource in otlp_sink.resources:
        assert resource["service.name"] == "greeter"
        assert resource["telemetry.distro.name"] == "otel-distro"
        assert resource["process.pid"] == application.process.pid
        assert resource["host.name"]
        assert resource["os.type"] == "linux"
        assert "process.command_args" not in resource
    assert {"http.server.request.duration", "process.memory.usage"} <= otlp_sink.metric_names
    assert not [name for name in otlp_sink.metric_names if name.startswith("system.")]


def test_unhandled_exception_is_one_record_and_one_traceback(
    run_application: Any, otlp_sink: OtlpSink
) -> None:
    """The uvicorn hole: one ERROR record with the span's ids, and stderr as before (traps: Logs 1)."""
    bare = run_application("plain", instrumented=False)
    application = run_application("plain")
    for running in (bare, application):
        assert httpx.get(f"{running.url}/broken").status_code == 500
        running.stop()

    (span,) = of_path(otlp_sink, "/broken")
    errors = [record for record in otlp_sink.records if record.severity_text == "ERROR"]
    assert [record.span_id for record in errors] == [span.span_id]
    assert bare.stderr.count("ValueError: no such luck") == 1
    assert application.stderr == bare.stderr


def test_application_prints_what_it_printed(run_application: Any) -> None:
    """Its output is the same with telemetry and without, the handler of last resort included."""
    outputs: list[str] = []
    for instrumented in (False, True):
        application = run_application("plain", instrumented=instrumented)
        httpx.get(f"{application.url}/greeting/Ada")
        application.stop()
        outputs.append(application.stderr)

    assert outputs[0] == outputs[1] == "greeting Ada\n"


@pytest.mark.parametrize("automatic", ["", "true"])
def test_every_span_and_record_arrives_once(
    run_application: Any, otlp_sink: OtlpSink, automatic: str
) -> None:
    """FastAPI's own telemetry and contrib's add nothing, even where FastAPI is told to export."""
    application = run_application("early", FASTAPI_OTEL_AUTO_CONFIGURE=automatic)
    for _ in range(5):
        httpx.get(f"{application.url}/up")
    application.stop()

    assert set(Counter(span.span_id for span in otlp_sink.spans).values()) == {1}
    assert {span.kind for span in otlp_sink.spans} == {Span.SPAN_KIND_SERVER}
    access = [record for record in otlp_sink.records if record.event_name]
    assert len(access) == len(otlp_sink.spans) >= 6
    assert "FastAPI(telemetry=…) is set aside" in application.stderr


def test_disabled_means_nothing_at_all(run_application: Any, otlp_sink: OtlpSink) -> None:
    """With `OTEL_SDK_DISABLED=true` the application runs bare."""
    application = run_application("plain", OTEL_SDK_DISABLED="true")

    response = httpx.get(f"{application.url}/greeting/Ada")
    application.stop()

    assert response.status_code == 200
    assert "x-trace-id" not in response.headers
    assert not otlp_sink.resources
