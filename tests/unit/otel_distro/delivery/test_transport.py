"""Both transports, where a request cannot even be made."""

import pytest

from otel_distro.delivery.outcome import Retryable
from otel_distro.delivery.settings import Destination, Protocol
from otel_distro.delivery.transport import create_transport


@pytest.mark.parametrize(
    ("protocol", "name", "value"),
    [
        ("http/protobuf", "x-key", "canary\r\nX: y"),
        ("http/protobuf", "x-key", "canary\N{EURO SIGN}"),
        ("grpc", "x-key-bin", "canary"),
    ],
)
def test_value_of_a_header_that_cannot_be_sent_is_not_said(protocol: Protocol, name: str, value: str) -> None:
    """What the libraries say of it holds the value."""
    destination = Destination("http://127.0.0.1:9", protocol, headers={name: value})

    outcome = create_transport("traces", destination, "test").send(b"")

    assert isinstance(outcome, Retryable)
    assert outcome.reason == "configuration"
    assert "canary" not in outcome.message
