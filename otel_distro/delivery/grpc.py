"""Sends OTLP over gRPC: raw protobuf bytes through a unary call, no generated stubs.

`grpc` is imported with the first request, in the sender's thread: it costs start-up time, and a
child process that never sends never loads it.
https://opentelemetry.io/docs/specs/otlp/#otlpgrpc
"""

import threading
from importlib import import_module
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from otel_distro.delivery.answer import accepted, printable, retry_delay, retry_delay_of_status
from otel_distro.delivery.outcome import Outcome, Permanent, Retryable, TooLarge
from otel_distro.delivery.settings import Destination, Signal

METHODS: Final[dict[Signal, str]] = {
    "traces": "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
    "metrics": "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
    "logs": "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
}

RETRYABLE: Final = frozenset(
    {"CANCELLED", "DEADLINE_EXCEEDED", "ABORTED", "OUT_OF_RANGE", "UNAVAILABLE", "DATA_LOSS"}
)
"""The codes that the specification names; `RESOURCE_EXHAUSTED` only where it says when to retry."""

_OVERSIZE = "larger than max"

# What gRPC's own messages hold where a connection ended under a call; a server's refusal does not.
_BROKEN = ("socket closed", "stream removed", "reset by peer", "broken pipe", "goaway", "recvmsg")

# A channel's own reconnect back-off grows to two minutes; ours is the one that counts.
_LONGEST_RECONNECT_MS = 2000


class GrpcTransport:
    """Calls one OTLP service; see `Transport`.

    Args:
        signal: names the service.
        destination: `https` is TLS, `http` is none; without a scheme `insecure` decides.
        user_agent: leads the `user-agent` of gRPC itself.
    """

    def __init__(self, signal: Signal, destination: Destination, user_agent: str) -> None:
        self._signal: Signal = signal
        self._destination = destination
        self._user_agent = user_agent
        self._metadata = [(name.lower(), value) for name, value in destination.headers.items()]
        self._lock = threading.Lock()
        self._export: Any = None
        self._grpc: Any = None
        self._call: Any = None
        self._aborted = False

    def send(self, payload: bytes) -> Outcome:
        """Send one request; see `Transport.send`."""
        try:
            call = self._begin(payload)
            if call is None:
                return Retryable("aborted")
        except OSError as error:
            # A file that cannot be read.
            return Retryable("configuration", f"{type(error).__name__}: {error}")
        except Exception as error:  # noqa: BLE001 - whatever grpc objects to, nothing was sent
            # Its text may hold a header's value.
            return Retryable("configuration", type(error).__name__)
        try:
            return accepted(call.result())
        except self._grpc.RpcError as error:
            return _judge(error)
        except self._grpc.FutureCancelledError:
            return Retryable("aborted", unknown=True)
        except ValueError:
            return Retryable("not_otlp", "an answer that is no OTLP response", unknown=True)
        except Exception as error:  # noqa: BLE001 - the transport never raises
            return Retryable("connection_lost", type(error).__name__, unknown=True)

    def abort(self) -> None:
        """Cancel the call under way; see `Transport.abort`."""
        with self._lock:
            self._aborted = True
            if self._call is not None:
                self._call.cancel()

    def _begin(self, payload: bytes) -> Any:
        if self._export is None:
            self._grpc = import_module("grpc")
            self._export = self._connect().unary_unary(METHODS[self._signal])
        with self._lock:
            if self._aborted:
                return None
            timeout = self._destination.timeout
            self._call = self._export.future(payload, timeout=timeout, metadata=self._metadata)
            return self._call

    def _connect(self) -> Any:
        target, secure = _target(self._destination)
        gzip = self._destination.compression == "gzip"
        arguments: dict[str, Any] = {
            "compression": self._grpc.Compression.Gzip if gzip else self._grpc.Compression.NoCompression,
            "options": [
                ("grpc.primary_user_agent", self._user_agent),
                ("grpc.max_reconnect_backoff_ms", _LONGEST_RECONNECT_MS),
                ("grpc.use_local_subchannel_pool", 1),
                ("grpc.enable_retries", 0),
            ],
        }
        if not secure:
            return self._grpc.insecure_channel(target, **arguments)
        credentials = self._grpc.ssl_channel_credentials(
            root_certificates=_content(self._destination.certificate),
            private_key=_content(self._destination.client_key),
            certificate_chain=_content(self._destination.client_certificate),
        )
        return self._grpc.secure_channel(target, credentials, **arguments)


def _target(destination: Destination) -> tuple[str, bool]:
    """Return what gRPC connects to, and whether with TLS."""
    address = urlsplit(destination.endpoint)
    if address.scheme in ("http", "https") and address.netloc:
        return address.netloc.rpartition("@")[2], address.scheme == "https"
    return destination.endpoint, not destination.insecure


def _content(path: Path | None) -> bytes | None:
    return path.read_bytes() if path else None


def _judge(error: Any) -> Outcome:
    code = str(error.code().name)
    detail = printable(str(error.details() or "").encode())
    message = f"{code}: {detail}" if detail else code
    delay = _delay(error)
    if code == "RESOURCE_EXHAUSTED" and _OVERSIZE in detail:
        return TooLarge(message)
    if code in RETRYABLE or (code == "RESOURCE_EXHAUSTED" and delay is not None):
        return Retryable(f"grpc_{code.lower()}", message, delay, unknown=_may_have_arrived(code, detail))
    return Permanent(f"grpc_{code.lower()}", message)


def _may_have_arrived(code: str, detail: str) -> bool:
    """Answer whether the server may have carried out a call that failed."""
    if code in ("CANCELLED", "DEADLINE_EXCEEDED"):
        return True
    text = detail.lower()
    if code != "UNAVAILABLE" or text.startswith("failed to connect"):
        return False
    return any(sign in text for sign in _BROKEN)


def _delay(error: Any) -> float | None:
    metadata = {str(name): value for name, value in error.trailing_metadata() or ()}
    status = metadata.get("grpc-status-details-bin")
    info = metadata.get("google.rpc.retryinfo-bin")
    if isinstance(status, bytes):
        return retry_delay_of_status(status)
    return retry_delay(info) if isinstance(info, bytes) else None
