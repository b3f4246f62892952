"""What was imported, and made, before anything was instrumented."""

import sys

from opentelemetry.proto.trace.v1.trace_pb2 import Span

from tests.integration.otel_distro.launching.conftest import HERE, OURS, Start
from tests.integration.otel_distro.otlp_sink import OtlpSink


def test_application_and_client_that_were_there_before_are_instrumented(
    start: Start, otlp_sink: OtlpSink, redis_server: str
) -> None:
    """Methods are patched, not names (traps: Launching 4); what is not reached is said."""
    environment = {
        "PYTHONPATH": str(HERE / "early_site"),
        "REDIS_URL": redis_server,
        "OTEL_LOG_LEVEL": "info",
    }

    ended = start(*OURS, sys.executable, str(HERE / "early.py"), environment=environment)

    assert ended.stdout == "200"
    spans = {span.name: span for span in otlp_sink.spans}
    assert sorted(spans) == ["GET /visits", "INCRBY"]
    assert spans["GET /visits"].kind == Span.SPAN_KIND_SERVER
    assert spans["INCRBY"].parent_span_id == spans["GET /visits"].span_id
    assert "pymongo         instrumented, but imported too early: clients that were made before are not" in (
        ended.stderr
    )
