"""An HTTP proxy that tunnels, for tests: it keeps what it was asked for, and demands a login."""

import base64
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

LOGIN = "user:pass word"


class ForwardingProxy:
    """Listens on a free port; tunnels to loopback, whatever name it is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        handler = type("Handler", (_Tunnel,), {"asked": self.asked})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.address = f"127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)


class _Tunnel(BaseHTTPRequestHandler):
    asked: ClassVar[list[str]]

    def do_CONNECT(self) -> None:
        """Connect a client to what it asks for."""
        expected = base64.b64encode(LOGIN.encode()).decode()
        if self.headers.get("proxy-authorization") != f"Basic {expected}":
            self.send_error(407)
            return
        self.asked.append(self.path)
        with socket.create_connection(("127.0.0.1", int(self.path.rpartition(":")[2]))) as server:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=_copy, args=(server, self.connection), daemon=True)
            back.start()
            _copy(self.connection, server)
            back.join(5)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""


def _copy(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        return
