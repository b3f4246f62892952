"""TLS and client certificates against real servers, over HTTP and gRPC.

https://opentelemetry.io/docs/specs/otel/protocol/exporter/#configuration-options
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.otel_distro.delivery.certificates import Certificates, create_certificates
from tests.integration.otel_distro.delivery.conftest import Start
from tests.integration.otel_distro.delivery.faults import Collector
from tests.integration.otel_distro.delivery.scripted_collector import ScriptedCollector
from tests.integration.otel_distro.delivery.scripted_grpc import ScriptedGrpcCollector

PROTOCOLS = ("http/protobuf", "grpc")


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    """Make certificates."""
    return create_certificates(tmp_path / "certificates")


@pytest.fixture(params=PROTOCOLS)
def protocol(request: pytest.FixtureRequest) -> str:
    """Try both protocols."""
    return request.param


@pytest.fixture
def server(protocol: str, certificates: Certificates) -> Iterator[Collector]:
    """Listen with TLS; clients must bring a certificate of the authority."""
    if protocol == "grpc":
        collector = ScriptedGrpcCollector(credentials=certificates.grpc_server(asks_for_client=True))
    else:
        collector = ScriptedCollector(certificate=certificates.server, authority=certificates.authority)
    yield collector.start()
    collector.stop()


def test_a_client_certificate_is_shown(
    start: Start, server: Collector, protocol: str, certificates: Certificates
) -> None:
    """All three signals arrive over TLS at a server that asks for our certificate."""
    process = start(
        {
            "OTEL_EXPORTER_OTLP_ENDPOINT": server.endpoint,
            "OTEL_EXPORTER_OTLP_PROTOCOL": protocol,
            "OTEL_EXPORTER_OTLP_CERTIFICATE": str(certificates.authority),
            "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE": str(certificates.client),
            "OTEL_EXPORTER_OTLP_CLIENT_KEY": str(certificates.client_key),
        },
        spans=100,
        logs=10,
        points=10,
    )

    status = process.wait()

    assert len(server.received.taken("traces")) == 100
    assert len(server.received.taken("logs")) == 10
    assert all(signal.account.delivered for signal in status.signals.values())
    assert process.stderr == ""


@pytest.mark.parametrize("lacking", ["authority", "client certificate"])
def test_without_trust_nothing_is_sent_and_all_is_kept(
    start: Start, server: Collector, protocol: str, certificates: Certificates, lacking: str
) -> None:
    """A server that is not trusted, or does not trust us, gets nothing; a later start delivers it."""
    right = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": server.endpoint,
        "OTEL_EXPORTER_OTLP_PROTOCOL": protocol,
        "OTEL_EXPORTER_OTLP_CERTIFICATE": str(certificates.authority),
        "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE": str(certificates.client),
        "OTEL_EXPORTER_OTLP_CLIENT_KEY": str(certificates.client_key),
    }
    wrong = dict(right)
    if lacking == "authority":
        wrong["OTEL_EXPORTER_OTLP_CERTIFICATE"] = str(certificates.stranger)
    else:
        del wrong["OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE"], wrong["OTEL_EXPORTER_OTLP_CLIENT_KEY"]

    process = start(wrong, spans=100)
    account = process.wait().signals["traces"].account
    refused = server.received.of("traces")
    heir = start(right, flush=5000, waits=True)
    heir.wait_for("flushed traces")
    heir.end()

    assert refused == []
    assert account.spooled == 100
    assert "exit with telemetry undelivered" in process.stderr
    assert len(server.received.taken("traces")) == 100
