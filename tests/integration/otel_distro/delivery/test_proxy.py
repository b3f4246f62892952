"""Telemetry through an HTTP proxy, as the machine's variables ask for."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.otel_distro.delivery.certificates import create_certificates
from tests.integration.otel_distro.delivery.conftest import Start
from tests.integration.otel_distro.delivery.forwarding_proxy import ForwardingProxy
from tests.integration.otel_distro.delivery.scripted_collector import ScriptedCollector

HOST = "collector.example"


@pytest.fixture
def proxy() -> Iterator[ForwardingProxy]:
    """Listen."""
    forwarding = ForwardingProxy()
    yield forwarding
    forwarding.close()


def test_telemetry_goes_through_the_proxy(start: Start, proxy: ForwardingProxy, tmp_path: Path) -> None:
    """With its login, by TLS from end to end; a name that only the proxy knows is no hindrance."""
    certificates = create_certificates(tmp_path / "certificates", HOST)
    collector = ScriptedCollector(certificate=certificates.server).start()
    process = start(
        {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"https://{HOST}:{collector.port}",
            "OTEL_EXPORTER_OTLP_CERTIFICATE": str(certificates.authority),
            "HTTPS_PROXY": f"http://user:pass%20word@{proxy.address}",
            "NO_PROXY": "localhost",
        },
        spans=100,
        logs=10,
    )
    process.wait()
    collector.stop()

    assert set(proxy.asked) == {f"{HOST}:{collector.port}"}
    assert len(collector.received.taken("traces")) == 100
    assert process.stderr == ""


def test_a_login_is_shown_to_nobody(start: Start, proxy: ForwardingProxy) -> None:
    """A proxy that refuses is named, and neither its login nor its password is."""
    process = start(
        {
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"https://{HOST}:4318",
            "HTTPS_PROXY": f"http://user:canary@{proxy.address}",
        },
        spans=10,
    )
    account = process.wait().signals["traces"].account

    assert account.spooled == 10
    assert "no way through the proxy: tunnel connection failed: 407" in process.stderr.lower()
    written = [path.read_bytes() for path in process.spool.rglob("*") if path.is_file()]
    assert not any(b"canary" in content for content in (process.stderr.encode(), *written))
