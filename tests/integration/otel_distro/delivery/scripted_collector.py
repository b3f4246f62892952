"""An OTLP/HTTP server that does what a test tells it to, at each request.

A behaviour is a function that gets the handler of one request. It may answer, hang, or break the
connection; `taken` records what a real Collector would have taken.
"""

import gzip
import socket
import ssl
import struct
import threading
import time
import zlib
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

from stack.ports import find_free_ports
from tests.integration.otel_distro.delivery.received import SIGNAL_OF_PATH, Received

PROTOBUF = "application/x-protobuf"
PATIENCE = 40
"""Seconds for what takes one or two on a machine that does nothing else."""


class Exchange(BaseHTTPRequestHandler):
    """One connection; each POST is handed to the behaviour in force."""

    protocol_version = "HTTP/1.1"
    collector: "ScriptedCollector"
    signal = ""
    body = b""

    def setup(self) -> None:
        """Remember the connection, so that a stop can break it."""
        super().setup()
        self.collector.connections.add(self.connection)

    def finish(self) -> None:
        """Forget the connection."""
        self.collector.connections.discard(self.connection)
        super().finish()

    def do_POST(self) -> None:
        """Read the request and behave."""
        self.signal = SIGNAL_OF_PATH.get(self.path, self.path)
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        encoding = self.headers.get("content-encoding", "")
        unpack = {"gzip": gzip.decompress, "deflate": zlib.decompress}.get(encoding, bytes)
        self.body = unpack(body)
        self.collector.behaviour(self)

    def note(self, *, taken: bool) -> None:
        """Keep what the request held."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.collector.received.note(self.signal, self.body, headers, taken=taken)

    def answer(self, status: int = 200, body: bytes = b"", kind: str = PROTOBUF, **headers: str) -> None:
        """Answer the request."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


Behaviour = Callable[[Exchange], None]


def healthy(exchange: Exchange) -> None:
    """Take everything."""
    exchange.note(taken=True)
    exchange.answer()


def black_hole(exchange: Exchange) -> None:
    """Never answer."""
    exchange.note(taken=False)
    exchange.collector.stopping.wait(120)
    exchange.close_connection = True


def slow(seconds: float) -> Behaviour:
    """Take everything, but answer late."""

    def behave(exchange: Exchange) -> None:
        exchange.note(taken=True)
        exchange.collector.stopping.wait(seconds)
        exchange.answer()

    return behave


def status(code: int, body: bytes = b"", kind: str = PROTOBUF, **headers: str) -> Behaviour:
    """Refuse with a status code."""

    def behave(exchange: Exchange) -> None:
        exchange.note(taken=False)
        exchange.answer(code, body, kind, **headers)

    return behave


def html(exchange: Exchange) -> None:
    """Answer 200 with a page, as a login portal does."""
    exchange.note(taken=False)
    exchange.answer(200, b"<!doctype html><title>Sign in</title>", "text/html; charset=utf-8")


def partial(rejected: int) -> Behaviour:
    """Take a request but for some of its records."""

    def behave(exchange: Exchange) -> None:
        exchange.note(taken=True)
        answer = ExportTraceServiceResponse()
        answer.partial_success.rejected_spans = rejected
        answer.partial_success.error_message = "no room"
        exchange.answer(200, answer.SerializeToString())

    return behave


def too_large(limit: int) -> Behaviour:
    """Refuse what is larger than a number of bytes, take the rest."""

    def behave(exchange: Exchange) -> None:
        if len(exchange.body) > limit:
            exchange.note(taken=False)
            exchange.answer(413)
        else:
            healthy(exchange)

    return behave


def reset(exchange: Exchange) -> None:
    """Read the request and break the connection."""
    exchange.note(taken=False)
    exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    exchange.connection.close()
    exchange.close_connection = True


def half_response(exchange: Exchange) -> None:
    """Take everything, but break the connection within the answer."""
    exchange.note(taken=True)
    exchange.send_response(200)
    exchange.send_header("Content-Type", PROTOBUF)
    exchange.send_header("Content-Length", "100")
    exchange.end_headers()
    exchange.wfile.write(b"\x0a")
    exchange.wfile.flush()
    exchange.connection.shutdown(socket.SHUT_RDWR)
    exchange.close_connection = True


def in_turn(*behaviours: Behaviour) -> Behaviour:
    """Behave differently at each request that holds records; the last behaviour stays."""
    left = list(behaviours)

    def behave(exchange: Exchange) -> None:
        if not exchange.body:
            healthy(exchange)
        else:
            (left.pop(0) if len(left) > 1 else left[0])(exchange)

    return behave


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: tests break connections on purpose."""


class ScriptedCollector:
    """A server on a port of its own that can be stopped and started there again.

    Args:
        behaviour: at each request; may be changed at any time.
        certificate: PEM file with certificate and key, for TLS.
        authority: PEM file; clients must bring a certificate that it has signed.
    """

    def __init__(
        self, behaviour: Behaviour = healthy, certificate: Path | None = None, authority: Path | None = None
    ) -> None:
        self.behaviour = behaviour
        self.received = Received()
        self.connections: set[socket.socket] = set()
        self.stopping = threading.Event()
        self._certificate, self._authority = certificate, authority
        self._server: _Server | None = None
        (self.port,) = find_free_ports(1)

    @property
    def endpoint(self) -> str:
        """The base URL."""
        return f"{'https' if self._certificate else 'http'}://localhost:{self.port}"

    def start(self) -> "ScriptedCollector":
        """Listen."""
        self.stopping = threading.Event()
        handler = type("Handler", (Exchange,), {"collector": self})
        self._server = _Server(("127.0.0.1", self.port), handler)
        if self._certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self._certificate)
            if self._authority:
                context.load_verify_locations(self._authority)
                context.verify_mode = ssl.CERT_REQUIRED
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop listening and break all connections, as a killed process does."""
        if self._server is None:
            return
        self.stopping.set()
        self._server.shutdown()
        self._server.server_close()
        for connection in list(self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self._server = None


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Wait until something holds; answer whether it did in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return condition()
