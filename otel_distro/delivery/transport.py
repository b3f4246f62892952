"""What a sender needs of a transport, and the one that a destination asks for."""

from collections.abc import Callable
from typing import Protocol

from otel_distro.delivery.outcome import Outcome
from otel_distro.delivery.settings import Destination, Signal


class Transport(Protocol):
    """Carries encoded requests of one signal to its destination."""

    def send(self, payload: bytes) -> Outcome:
        """Send one request and wait for the answer, within the destination's timeout.

        Never raises: each failure is an outcome. Called from one thread only.
        """
        ...

    def abort(self) -> None:
        """Give up a request under way, from another thread; nothing is sent afterwards."""
        ...


TransportFactory = Callable[[Signal, Destination, str], Transport]


def create_transport(signal: Signal, destination: Destination, user_agent: str) -> Transport:
    """Create the transport for a destination's protocol; grpc is imported only where it is used."""
    if destination.protocol == "grpc":
        from otel_distro.delivery.grpc import GrpcTransport

        return GrpcTransport(signal, destination, user_agent)
    from otel_distro.delivery.http import HttpTransport

    return HttpTransport(destination, user_agent)
