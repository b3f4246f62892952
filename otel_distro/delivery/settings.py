"""What delivery can be told: where each signal goes, and the bounds on time, memory and disk.

Plain values handed in by `otel_distro/settings.py`; nothing here reads the environment.
https://opentelemetry.io/docs/specs/otel/protocol/exporter/
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Signal = Literal["traces", "metrics", "logs"]
Protocol = Literal["http/protobuf", "grpc"]
Compression = Literal["none", "gzip", "deflate"]

SIGNALS: tuple[Signal, ...] = ("traces", "metrics", "logs")
MEBIBYTE = 1024 * 1024


@dataclass(frozen=True)
class Destination:
    """Where one signal goes, and how.

    Args:
        endpoint: the full URL for HTTP (`http_endpoint` makes it from a base), a URL or
            `host:port` for gRPC.
        protocol: `http/protobuf` or `grpc`.
        headers: sent with each request; never shown, as they hold credentials.
        compression: of the request's body.
        timeout: seconds that one attempt may take.
        certificate: PEM file of the authorities trusted for TLS; the system's where `None`.
        client_certificate: PEM file of our own certificate.
        client_key: PEM file of its key.
        insecure: for a gRPC endpoint without scheme: no TLS.
        proxy: URL of an HTTP proxy; for HTTP only.
    """

    endpoint: str
    protocol: Protocol = "http/protobuf"
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    compression: Compression = "none"
    timeout: float = 10.0
    certificate: Path | None = None
    client_certificate: Path | None = None
    client_key: Path | None = None
    insecure: bool = False
    proxy: str | None = field(default=None, repr=False)


def http_endpoint(base: str, signal: Signal) -> str:
    """Return the URL of a signal below a base endpoint, as the specification appends it."""
    return f"{base.rstrip('/')}/v1/{signal}"


def local_destinations() -> Mapping[Signal, Destination]:
    """Return the specification's default: a Collector on this machine, over HTTP."""
    return {signal: Destination(http_endpoint("http://localhost:4318", signal)) for signal in SIGNALS}


@dataclass(frozen=True)
class DeliverySettings:
    """How telemetry is sent, kept and given up.

    Args:
        service_name: groups processes: those of one service share a spool.
        destinations: one for each signal that is exported.
        intake_items: finished records of a signal that wait to be encoded; more are dropped.
        intake_text: characters in those of them that hold more than 32 Ki; more are dropped.
        batch_delay: seconds that a finished record waits for company before it is encoded.
        queue_bytes: encoded bytes of a signal that wait in memory; more are dropped.
        request_items: records in one request; what may arrive twice after an unknown outcome.
        request_bytes: size of one request before compression; a larger batch is split.
        spool_dir: where undelivered bytes are kept; a private per-user directory where `None`.
        spool_bytes: the most that all processes of a service keep there; 0 turns it off.
        spool_delay: seconds after which undelivered bytes are written to disk.
        replay_bytes_per_second: how fast the spool is sent again.
        shutdown_timeout: seconds for everything that happens at exit, all signals together.
        user_agent: how we present ourselves.
        warnings: whether a line goes to stderr when telemetry is not arriving.
    """

    service_name: str = ""
    destinations: Mapping[Signal, Destination] = field(default_factory=local_destinations)
    intake_items: int = 8192
    intake_text: int = 64 * MEBIBYTE
    batch_delay: float = 0.2
    queue_bytes: int = 8 * MEBIBYTE
    request_items: int = 512
    request_bytes: int = 4 * MEBIBYTE
    spool_dir: Path | None = None
    spool_bytes: int = 256 * MEBIBYTE
    spool_delay: float = 0.4
    replay_bytes_per_second: int = 8 * MEBIBYTE
    shutdown_timeout: float = 3.0
    user_agent: str = "otel-distro OTel-OTLP-Exporter-Python"
    warnings: bool = True
