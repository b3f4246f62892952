"""The HTTP transport against servers that do not end what they begin."""

import socket
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from otel_distro.delivery.http import HttpTransport
from otel_distro.delivery.outcome import Delivered, Retryable
from otel_distro.delivery.settings import Destination

BEGINNINGS = {
    "status": b"HTTP/1.1 2",
    "header": b"HTTP/1.1 200 OK\r\nX: ",
    "body": b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n",
}


class DrippingServer:
    """Begins an answer, and sends a further byte ten times a second for as long as it lives."""

    def __init__(self, beginning: bytes) -> None:
        self._beginning = beginning
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    @property
    def endpoint(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}/v1/traces"

    def stop(self) -> None:
        """Go away."""
        self._stopped.set()
        self._thread.join(10)
        self._listener.close()

    def _serve(self) -> None:
        connection, _ = self._listener.accept()
        with connection:
            try:
                connection.recv(65536)
                connection.sendall(self._beginning)
                while not self._stopped.wait(0.1):
                    connection.sendall(b"2")
            except OSError:
                return


@pytest.fixture(params=list(BEGINNINGS.values()), ids=list(BEGINNINGS))
def dripping(request: pytest.FixtureRequest) -> Iterator[DrippingServer]:
    """Run a server that drips at one place of its answer."""
    server = DrippingServer(request.param)
    yield server
    server.stop()


def test_an_answer_that_drips_ends_with_the_timeout(dripping: DrippingServer) -> None:
    """Reliability row 3: the timeout holds for the whole answer, not for each byte of it."""
    transport = HttpTransport(Destination(dripping.endpoint, timeout=0.5), "test")
    began = time.monotonic()

    outcome = transport.send(b"payload")

    assert outcome == Retryable("timeout", "no answer in time", unknown=True)
    assert time.monotonic() - began < 5
    transport.abort()


class _Taking(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


def test_each_request_has_the_whole_timeout() -> None:
    """Also on a connection that is older than the timeout."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Taking) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,)).start()
        transport = HttpTransport(Destination(f"http://127.0.0.1:{server.server_port}/", timeout=2), "test")

        assert transport.send(b"a") == Delivered()
        time.sleep(2.1)
        assert transport.send(b"b") == Delivered()

        transport.abort()
        server.shutdown()
