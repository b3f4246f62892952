"""An HTTP response that is there in time or not at all, however slowly a server sends it.

A socket's timeout holds for each read: a server that sends a byte a second would keep a sender for
ever.
"""

import io
from http.client import HTTPResponse
from socket import socket
from time import monotonic
from typing import Any


class TimelyResponse(HTTPResponse):
    """A response whose status, headers and body share the timeout that its socket has now."""

    def __init__(self, sock: socket, *arguments: Any, **options: Any) -> None:
        super().__init__(sock, *arguments, **options)
        unbounded = self.fp.detach()
        self.fp = io.BufferedReader(_Timely(unbounded, sock))  # pyright: ignore[reportAttributeAccessIssue]


class _Timely(io.RawIOBase):
    """Reads from a socket until its time is over."""

    def __init__(self, raw: io.RawIOBase, sock: socket) -> None:
        self._raw = raw
        self._socket = sock
        timeout = sock.gettimeout()
        self._until = None if timeout is None else monotonic() + timeout

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._until is not None:
            left = self._until - monotonic()
            if left <= 0:
                raise TimeoutError("the answer took too long")
            self._socket.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        super().close()
        self._raw.close()
