"""The faults of a Collector that tests are run against, by name.

A fault without behaviour is a Collector that does not listen.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import grpc

from tests.integration.otel_distro.delivery import scripted_collector as http
from tests.integration.otel_distro.delivery import scripted_grpc
from tests.integration.otel_distro.delivery.scripted_collector import ScriptedCollector
from tests.integration.otel_distro.delivery.scripted_grpc import ScriptedGrpcCollector

Collector = ScriptedCollector | ScriptedGrpcCollector


@dataclass(frozen=True)
class Fault:
    """What is wrong with a Collector.

    Args:
        protocol: that it speaks.
        behaviour: at each request; `None` where it does not listen.
        reason: of the account, where the specification forbids to send again what it refuses.
        unsaid: whether a person need not hear of it, since all arrives.
    """

    protocol: str
    behaviour: http.Behaviour | scripted_grpc.Behaviour | None = None
    reason: str | None = None
    unsaid: bool = False

    def create_collector(self) -> Collector:
        """Return a Collector with this fault, which listens if it does so at all."""
        collector = ScriptedGrpcCollector() if self.protocol == "grpc" else ScriptedCollector()
        if self.behaviour is not None:
            self._misbehave(collector)
            collector.start()
        return collector

    def mend(self, collector: Collector) -> None:
        """Make a Collector healthy."""
        if self.behaviour is None:
            collector.start()
        if isinstance(collector, ScriptedGrpcCollector):
            collector.behaviour = scripted_grpc.healthy
        else:
            collector.behaviour = http.healthy

    def _misbehave(self, collector: Collector) -> None:
        collector.behaviour = self.behaviour  # type: ignore[assignment] - of the same protocol


FAULTS: Mapping[str, Fault] = {
    "refused": Fault("http/protobuf"),
    "black hole": Fault("http/protobuf", http.black_hole),
    "slow": Fault("http/protobuf", http.slow(5)),
    "503": Fault("http/protobuf", http.status(503)),
    "429, Retry-After 5": Fault("http/protobuf", http.status(429, Retry_After="5")),
    "429, Retry-After 120": Fault("http/protobuf", http.status(429, Retry_After="120")),
    "reset": Fault("http/protobuf", http.reset),
    "half a response": Fault("http/protobuf", http.half_response),
    "HTML": Fault("http/protobuf", http.html),
    "302": Fault("http/protobuf", http.status(302, Location="http://localhost:9/login")),
    "401": Fault("http/protobuf", http.status(401), reason="http_401"),
    "413": Fault("http/protobuf", http.too_large(20_000), unsaid=True),
    "gRPC refused": Fault("grpc"),
    "gRPC black hole": Fault("grpc", scripted_grpc.black_hole),
    "gRPC slow": Fault("grpc", scripted_grpc.slow(5)),
    "gRPC UNAVAILABLE": Fault("grpc", scripted_grpc.refuse(grpc.StatusCode.UNAVAILABLE, "later")),
    "gRPC RetryInfo 120": Fault(
        "grpc", scripted_grpc.refuse(grpc.StatusCode.RESOURCE_EXHAUSTED, "later", retry_seconds=120)
    ),
    "gRPC UNAUTHENTICATED": Fault(
        "grpc", scripted_grpc.refuse(grpc.StatusCode.UNAUTHENTICATED, "who"), reason="grpc_unauthenticated"
    ),
}
