"""An OTLP/gRPC server that does what a test tells it to, at each call.

It takes and answers raw bytes, as the scripted HTTP server does, and keeps what it was sent in the
same form.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.duration_pb2 import Duration
from google.rpc.error_details_pb2 import RetryInfo
from google.rpc.status_pb2 import Status

from stack.ports import find_free_ports
from tests.integration.otel_distro.delivery.received import Received

SIGNAL_OF_SERVICE = {"trace": "traces", "metrics": "metrics", "logs": "logs"}


@dataclass
class Call:
    """One call, while it is answered."""

    collector: "ScriptedGrpcCollector"
    signal: str
    body: bytes
    context: grpc.ServicerContext

    def note(self, *, taken: bool) -> None:
        """Keep what the call held."""
        metadata = {str(name): str(value) for name, value in self.context.invocation_metadata()}
        self.collector.received.note(self.signal, self.body, metadata, taken=taken)


Behaviour = Callable[[Call], bytes]


def healthy(call: Call) -> bytes:
    """Take everything."""
    call.note(taken=True)
    return b""


def black_hole(call: Call) -> bytes:
    """Never answer."""
    call.note(taken=False)
    call.collector.stopping.wait(120)
    return b""


def slow(seconds: float) -> Behaviour:
    """Take everything, but answer late."""

    def behave(call: Call) -> bytes:
        call.note(taken=True)
        call.collector.stopping.wait(seconds)
        return b""

    return behave


def refuse(code: grpc.StatusCode, detail: str = "", retry_seconds: int | None = None) -> Behaviour:
    """Refuse with a code, and say when to come again, if ever."""

    def behave(call: Call) -> bytes:
        call.note(taken=False)
        if retry_seconds is not None:
            info = AnyMessage()
            info.Pack(RetryInfo(retry_delay=Duration(seconds=retry_seconds)))
            status = Status(code=code.value[0], message=detail, details=[info])
            details = (("grpc-status-details-bin", status.SerializeToString()),)
            call.context.set_trailing_metadata(details)
        call.context.abort(code, detail)
        raise AssertionError("abort raises")

    return behave


class ScriptedGrpcCollector:
    """A server on a port of its own that can be stopped and started there again.

    Args:
        behaviour: at each call; may be changed at any time.
        credentials: for TLS.
    """

    def __init__(
        self, behaviour: Behaviour = healthy, credentials: grpc.ServerCredentials | None = None
    ) -> None:
        self.behaviour = behaviour
        self.received = Received()
        self.stopping = threading.Event()
        self._credentials = credentials
        self._server: grpc.Server | None = None
        (self.port,) = find_free_ports(1)

    @property
    def endpoint(self) -> str:
        """The URL."""
        return f"{'https' if self._credentials else 'http'}://localhost:{self.port}"

    def start(self) -> "ScriptedGrpcCollector":
        """Listen."""
        self.stopping = threading.Event()
        self._server = grpc.server(ThreadPoolExecutor(16), options=[("grpc.so_reuseport", 0)])
        self._server.add_generic_rpc_handlers((_Handlers(self),))
        address = f"127.0.0.1:{self.port}"
        if self._credentials:
            self._server.add_secure_port(address, self._credentials)
        else:
            self._server.add_insecure_port(address)
        self._server.start()
        return self

    def stop(self) -> None:
        """Stop listening and break all calls."""
        self.stopping.set()
        if self._server:
            self._server.stop(None).wait(5)
            self._server = None


class _Handlers(grpc.GenericRpcHandler):
    def __init__(self, collector: ScriptedGrpcCollector) -> None:
        self._collector = collector

    def service(self, handler_call_details: Any) -> Any:
        """Answer each OTLP method; `/opentelemetry.proto.collector.trace.v1.TraceService/Export`."""
        parts = handler_call_details.method.split(".")
        signal = SIGNAL_OF_SERVICE.get(parts[3] if len(parts) > 3 else "")
        if signal is None:
            return None
        collector = self._collector

        def export(body: bytes, context: grpc.ServicerContext) -> bytes:
            return collector.behaviour(Call(collector, signal, body, context))

        return grpc.unary_unary_rpc_method_handler(export)


@contextmanager
def running(collector: ScriptedGrpcCollector) -> Iterator[ScriptedGrpcCollector]:
    """Let a server listen for the length of a block."""
    collector.start()
    try:
        yield collector
    finally:
        collector.stop()
