"""Finds out what a server speaks, where it did not answer as it should: TLS or not, HTTP/1.1 or HTTP/2.

gRPC is spoken over HTTP/2. Whether a certificate is to be trusted is no matter here, since nothing is
sent but a greeting.
https://datatracker.ietf.org/doc/html/rfc9113#section-3.4
"""

import socket
import ssl
from dataclasses import dataclass

from otel_distro.doctor.address import Address

_HTTP2_GREETING = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
_SETTINGS_FRAME = b"\x04"
_FRAME_TYPE_AT = 3


@dataclass(frozen=True)
class Language:
    """What a server speaks.

    Args:
        tls: whether it answers to TLS; `None` where it answers to nothing.
        http1: whether it answers HTTP/1.1.
        http2: whether it answers HTTP/2, as gRPC does.
    """

    tls: bool | None
    http1: bool = False
    http2: bool = False


def language_at(address: Address, timeout: float) -> Language:
    """Return what the server at an address speaks.

    Args:
        address: asked with three short connections at most.
        timeout: seconds for each of them.
    """
    for tls in (address.secure, not address.secure):
        http1 = _greet(address, _http1_greeting(address), "http/1.1", timeout, tls=tls)
        http2 = _greet(address, _HTTP2_GREETING, "h2", timeout, tls=tls)
        spoken = Language(tls, http1.startswith(b"HTTP/"), http2[_FRAME_TYPE_AT:][:1] == _SETTINGS_FRAME)
        if spoken.http1 or spoken.http2:
            return spoken
    return Language(_answers_tls(address, timeout) or None)


def _http1_greeting(address: Address) -> bytes:
    return f"GET / HTTP/1.1\r\nHost: {address.host}\r\nConnection: close\r\n\r\n".encode()


def _greet(address: Address, greeting: bytes, protocol: str, timeout: float, *, tls: bool) -> bytes:
    """Return the first bytes of the answer to a greeting; nothing where there is none."""
    try:
        with socket.create_connection((address.host, address.port), timeout) as plain:
            if not tls:
                return _exchange(plain, greeting)
            with _trusting(protocol).wrap_socket(plain, server_hostname=address.host) as secure:
                return _exchange(secure, greeting)
    except (OSError, ValueError):
        return b""


def _exchange(connection: socket.socket, greeting: bytes) -> bytes:
    connection.sendall(greeting)
    return connection.recv(64)


def _answers_tls(address: Address, timeout: float) -> bool:
    """Answer whether a server begins TLS, though it may refuse to go on without a certificate of ours."""
    try:
        with (
            socket.create_connection((address.host, address.port), timeout) as plain,
            _trusting("h2").wrap_socket(plain, server_hostname=address.host),
        ):
            return True
    except (OSError, ValueError):
        return False


def _trusting(protocol: str) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_alpn_protocols([protocol])
    return context
