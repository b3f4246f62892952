"""Where each signal goes, and in which dress: endpoints, headers, compression, protocol.

https://opentelemetry.io/docs/specs/otel/protocol/exporter/#configuration-options
"""

from collections.abc import Iterator

import pytest

from tests.integration.otel_distro.delivery.conftest import Start
from tests.integration.otel_distro.delivery.scripted_collector import ScriptedCollector
from tests.integration.otel_distro.delivery.scripted_grpc import ScriptedGrpcCollector, running


@pytest.fixture
def other() -> Iterator[ScriptedCollector]:
    """Another Collector."""
    collector = ScriptedCollector().start()
    yield collector
    collector.stop()


def test_each_signal_has_its_own_destination(
    collector: ScriptedCollector, other: ScriptedCollector, start: Start
) -> None:
    """A variable for one signal wins over the general one, which gets the signal's path."""
    with running(ScriptedGrpcCollector()) as third:
        process = start(
            {
                "OTEL_EXPORTER_OTLP_HEADERS": "tenant=general,x-key=a%20b",
                "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT": f"{other.endpoint}/custom/path",
                "OTEL_EXPORTER_OTLP_LOGS_HEADERS": "tenant=of-logs",
                "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT": third.endpoint,
                "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL": "grpc",
            },
            spans=10,
            logs=10,
            points=10,
        )
        process.wait()

        assert {request.signal for request in collector.received.requests} == {"traces"}
        assert {request.signal for request in other.received.requests} == {"/custom/path"}
        assert {request.signal for request in third.received.requests} == {"metrics"}
    traces, logs, metrics = (scripted.received.requests[-1].headers for scripted in (collector, other, third))
    assert (traces["tenant"], traces["x-key"]) == ("general", "a b")
    assert logs["tenant"] == "of-logs"
    assert "x-key" not in logs
    assert metrics["tenant"] == "general"


@pytest.mark.parametrize("compression", ["gzip", "deflate", "none"])
def test_what_is_sent_is_compressed_as_asked(
    collector: ScriptedCollector, start: Start, compression: str
) -> None:
    """The server unpacks what says that it is packed, and finds every span."""
    start({"OTEL_EXPORTER_OTLP_COMPRESSION": compression}, spans=500, logs=10).wait()

    assert len(collector.received.taken("traces")) == 500
    encodings = {request.headers.get("content-encoding", "none") for request in collector.received.requests}
    assert encodings == {compression}


def test_grpc_is_compressed_as_asked(start: Start) -> None:
    """The server unpacks messages of gRPC too, which says in its own header that they are packed."""
    with running(ScriptedGrpcCollector()) as collector:
        variables = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint,
            "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
            "OTEL_EXPORTER_OTLP_COMPRESSION": "gzip",
        }
        start(variables, spans=500, logs=10, points=10).wait()

        assert len(collector.received.taken("traces")) == 500
        assert len(collector.received.taken("logs")) == 10


def test_an_application_never_shows_what_it_sends_as_a_secret(
    collector: ScriptedCollector, start: Start
) -> None:
    """Headers reach the Collector, and neither standard error nor the status file."""
    collector.stop()
    process = start({"OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20canary"}, spans=10)
    process.wait()

    assert process.lines
    written = [path.read_bytes() for path in process.spool.rglob("*") if path.is_file()]
    assert not any(b"canary" in content for content in (process.stderr.encode(), *written))
