"""What the doctor makes of real servers: of Collectors, and of what stands where one should be."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import grpc
import pytest

from otel_distro.delivery.settings import Destination, http_endpoint
from otel_distro.doctor import endpoints
from otel_distro.doctor.endpoints import check_endpoint
from otel_distro.doctor.finding import Finding
from tests.integration.otel_distro.delivery import scripted_collector as http
from tests.integration.otel_distro.delivery import scripted_grpc
from tests.integration.otel_distro.delivery.certificates import Certificates, create_certificates
from tests.integration.otel_distro.delivery.forwarding_proxy import ForwardingProxy
from tests.integration.otel_distro.delivery.scripted_collector import ScriptedCollector
from tests.integration.otel_distro.delivery.scripted_grpc import ScriptedGrpcCollector


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    """Make certificates."""
    return create_certificates(tmp_path / "certificates")


@pytest.fixture
def collector() -> Iterator[ScriptedCollector]:
    """Speak OTLP over HTTP."""
    scripted = ScriptedCollector().start()
    yield scripted
    scripted.stop()


@pytest.fixture
def grpc_collector() -> Iterator[ScriptedGrpcCollector]:
    """Speak OTLP over gRPC."""
    with scripted_grpc.running(ScriptedGrpcCollector()) as scripted:
        yield scripted


@pytest.fixture
def secure_collector(certificates: Certificates) -> Iterator[ScriptedCollector]:
    """Speak OTLP over HTTP and TLS."""
    scripted = ScriptedCollector(certificate=certificates.server).start()
    yield scripted
    scripted.stop()


@pytest.fixture
def secure_grpc_collector(certificates: Certificates) -> Iterator[ScriptedGrpcCollector]:
    """Speak OTLP over gRPC and TLS."""
    with scripted_grpc.running(ScriptedGrpcCollector(credentials=certificates.grpc_server())) as scripted:
        yield scripted


def ask(destination: Destination) -> Finding:
    """Check a destination of spans."""
    return check_endpoint("traces", destination, "doctor")


def over_http(endpoint: str) -> Destination:
    """Return a destination at a base URL."""
    return Destination(http_endpoint(endpoint, "traces"), timeout=2)


def over_grpc(endpoint: str) -> Destination:
    """Return a gRPC destination."""
    return Destination(endpoint, "grpc", timeout=2)


def test_a_collector_takes_telemetry(
    collector: ScriptedCollector, grpc_collector: ScriptedGrpcCollector
) -> None:
    """An empty request is answered, over HTTP and gRPC; no telemetry is sent."""
    findings = [ask(over_http(collector.endpoint)), ask(over_grpc(grpc_collector.endpoint))]

    assert [finding.well for finding in findings] == [True, True]
    assert "takes telemetry" in findings[0].text
    assert [request.records for request in collector.received.requests] == [()]
    assert [request.records for request in grpc_collector.received.requests] == [()]


@pytest.mark.parametrize(
    ("behaviour", "text", "remedy"),
    [
        pytest.param(http.html, "text/html", "something else answers here", id="HTML"),
        pytest.param(http.status(302, Location="/login"), "HTTP 302", "that it redirects to", id="302"),
        pytest.param(http.status(401), "HTTP 401", "OTEL_EXPORTER_OTLP_HEADERS", id="401"),
        pytest.param(http.status(403), "HTTP 403", "OTEL_EXPORTER_OTLP_HEADERS", id="403"),
        pytest.param(http.status(404), "HTTP 404", "the path", id="404"),
        pytest.param(http.status(429), "HTTP 429", "wait", id="429"),
        pytest.param(http.status(503), "HTTP 503", "wait", id="503"),
        pytest.param(http.reset, "without an answer", "Collector's own log", id="reset"),
        pytest.param(http.black_hole, "no answer in time", "does not answer", id="black hole"),
    ],
)
def test_an_answer_is_explained(
    collector: ScriptedCollector, behaviour: http.Behaviour, text: str, remedy: str
) -> None:
    """Each answer that is none of a Collector's is said, with what to do."""
    collector.behaviour = behaviour

    finding = ask(over_http(collector.endpoint))

    assert not finding.well
    assert text in finding.text
    assert remedy in finding.remedy


@pytest.mark.parametrize(
    ("code", "remedy"),
    [
        (grpc.StatusCode.UNAUTHENTICATED, "OTEL_EXPORTER_OTLP_HEADERS"),
        (grpc.StatusCode.UNIMPLEMENTED, "4317"),
        (grpc.StatusCode.UNAVAILABLE, "log"),
    ],
)
def test_a_grpc_answer_is_explained(
    grpc_collector: ScriptedGrpcCollector, code: grpc.StatusCode, remedy: str
) -> None:
    """The same, by gRPC's codes."""
    grpc_collector.behaviour = scripted_grpc.refuse(code, "no")

    finding = ask(over_grpc(grpc_collector.endpoint))

    assert code.name in finding.text
    assert remedy in finding.remedy


def test_http_to_a_grpc_port(grpc_collector: ScriptedGrpcCollector) -> None:
    """The most common mistake of all: 4317 for 4318."""
    finding = ask(over_http(grpc_collector.endpoint))

    assert "gRPC is spoken there" in finding.text
    assert "4318" in finding.remedy


def test_grpc_to_an_http_port(collector: ScriptedCollector) -> None:
    """And the other way round."""
    finding = ask(over_grpc(collector.endpoint))

    assert "HTTP is spoken there" in finding.text
    assert "4317" in finding.remedy


def test_tls_where_none_is_asked_for(
    secure_collector: ScriptedCollector, secure_grpc_collector: ScriptedGrpcCollector
) -> None:
    """A server that speaks TLS, and an endpoint with http."""
    endpoints_ = [secure_collector.endpoint, secure_grpc_collector.endpoint]
    plain = [endpoint.replace("https", "http") for endpoint in endpoints_]

    findings = [ask(over_http(plain[0])), ask(over_grpc(plain[1]))]

    assert all("TLS is spoken there" in finding.text for finding in findings)
    assert all("https://" in finding.remedy for finding in findings)


def test_no_tls_where_it_is_asked_for(
    collector: ScriptedCollector, grpc_collector: ScriptedGrpcCollector
) -> None:
    """A server without TLS, and an endpoint with https."""
    findings = [
        ask(over_http(collector.endpoint.replace("http", "https"))),
        ask(over_grpc(grpc_collector.endpoint.replace("http", "https"))),
    ]

    assert all("no TLS is spoken there" in finding.text for finding in findings)
    assert all("http://" in finding.remedy for finding in findings)


def test_a_certificate_of_an_unknown_authority(
    secure_collector: ScriptedCollector,
    secure_grpc_collector: ScriptedGrpcCollector,
    certificates: Certificates,
) -> None:
    """The authority's file is what is lacking; with it, all is well."""
    for destination in (over_http(secure_collector.endpoint), over_grpc(secure_grpc_collector.endpoint)):
        finding = ask(destination)

        assert "not trusted" in finding.text
        assert "OTEL_EXPORTER_OTLP_CERTIFICATE" in finding.remedy
        assert ask(replace(destination, certificate=certificates.authority)).well


def test_a_server_that_asks_for_a_certificate_of_ours(certificates: Certificates) -> None:
    """What is lacking is named: the client's certificate and key."""
    server = ScriptedCollector(certificate=certificates.server, authority=certificates.authority).start()
    trusting = replace(over_http(server.endpoint), certificate=certificates.authority)
    try:
        finding = ask(trusting)
        known = ask(
            replace(trusting, client_certificate=certificates.client, client_key=certificates.client_key)
        )
    finally:
        server.stop()

    assert "TLS fails" in finding.text
    assert "CLIENT_CERTIFICATE" in finding.remedy
    assert known.well


def test_a_name_that_is_not_known() -> None:
    """It is told apart from a server that does not answer."""
    finding = ask(over_http("http://no-such-host.invalid:4318"))

    assert "the name no-such-host.invalid is not known" in finding.text


def test_a_port_that_nothing_listens_on() -> None:
    """The Collector is not started, or listens elsewhere."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        finding = ask(over_http(f"http://127.0.0.1:{held.getsockname()[1]}"))

    assert "connection refused" in finding.text
    assert "start the Collector" in finding.remedy


def test_a_server_that_takes_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A firewall that drops: said after a while, and never waited for longer."""
    monkeypatch.setattr(endpoints, "PATIENCE", 0.5)
    with socket.socket() as full, socket.socket() as first, socket.socket() as second:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for waiting in (first, second):
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        finding = ask(over_http(f"http://127.0.0.1:{full.getsockname()[1]}"))

    assert "no connection within" in finding.text
    assert "firewall" in finding.remedy


def test_an_endpoint_that_is_no_address() -> None:
    """It is said, not raised."""
    assert "names no host" in ask(Destination("http://")).text


def test_a_proxy_that_refuses() -> None:
    """What stands between is named, with the variable, and its login is not shown."""
    proxy = ForwardingProxy()
    destination = over_http("https://collector.example:4318")
    try:
        finding = ask(replace(destination, proxy=f"http://user:canary@{proxy.address}"))
    finally:
        proxy.close()

    assert "407" in finding.text
    assert "HTTPS_PROXY" in finding.remedy
    assert "canary" not in finding.text + finding.remedy
