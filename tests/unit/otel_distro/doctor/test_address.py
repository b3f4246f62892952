"""Where a destination is on the network."""

import pytest

from otel_distro.delivery.settings import Destination
from otel_distro.doctor.address import Address, address_of


@pytest.mark.parametrize(
    ("destination", "address"),
    [
        (Destination("http://host/v1/traces"), Address("host", 80, secure=False)),
        (Destination("https://user:secret@host/v1/traces"), Address("host", 443, secure=True)),
        (Destination("http://[::1]:4318/v1/traces"), Address("::1", 4318, secure=False)),
        (Destination("http://host:4317", "grpc"), Address("host", 4317, secure=False)),
        (Destination("host:4317", "grpc"), Address("host", 4317, secure=True)),
        (Destination("host:4317", "grpc", insecure=True), Address("host", 4317, secure=False)),
    ],
)
def test_an_address_is_made_out(destination: Destination, address: Address) -> None:
    """As the transports do: a scheme says whether TLS is spoken, or else a setting."""
    assert address_of(destination) == address


@pytest.mark.parametrize("endpoint", ["http://", "http://host:99999", "http://[host"])
def test_no_address_is_an_error(endpoint: str) -> None:
    """The caller says it in words."""
    with pytest.raises(ValueError, match=r".+"):
        address_of(Destination(endpoint))
