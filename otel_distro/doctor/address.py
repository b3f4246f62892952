"""Where a destination is on the network: host, port, and whether TLS is spoken there."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from otel_distro.delivery.settings import Destination

_HTTP_PORTS = {"http": 80, "https": 443}
_GRPC_PORT = 443


@dataclass(frozen=True)
class Address:
    """A place on the network.

    Args:
        host: a name or an address.
        port: of TCP.
        secure: whether the destination asks for TLS.
    """

    host: str
    port: int
    secure: bool


def address_of(destination: Destination) -> Address:
    """Return where a destination is.

    Raises:
        ValueError: where its endpoint is no address.
    """
    endpoint = destination.endpoint if "://" in destination.endpoint else f"//{destination.endpoint}"
    parts = urlsplit(endpoint)
    if not parts.hostname:
        raise ValueError("names no host")
    secure = parts.scheme == "https" if parts.scheme else not destination.insecure
    grpc = destination.protocol == "grpc"
    port = parts.port or (_GRPC_PORT if grpc else _HTTP_PORTS.get(parts.scheme, _GRPC_PORT))
    return Address(parts.hostname, port, secure)
