"""Sends OTLP over HTTP: raw protobuf bytes in a POST, on one connection that is kept alive.

https://opentelemetry.io/docs/specs/otlp/#otlphttp
"""

import gzip
import logging
import threading
import zlib

from urllib3 import BaseHTTPResponse, PoolManager, Retry, Timeout, exceptions

from otel_distro.delivery.http_answer import judge
from otel_distro.delivery.http_pool import create_pool
from otel_distro.delivery.outcome import Outcome, Retryable
from otel_distro.delivery.settings import Destination

_LONGEST_ANSWER = 64 * 1024
_CHUNK = 8 * 1024

# Made once: urllib3 logs each conversion of a plain number into this object.
_NO_RETRY = Retry(total=False, redirect=False)

_sending = threading.local()


class _OwnRequests(logging.Filter):
    """Keeps urllib3's debug lines about our own requests out of the application's log."""

    def filter(self, record: logging.LogRecord) -> bool:
        return not getattr(_sending, "active", False)


_own_requests = _OwnRequests()
for _name in ("urllib3.connectionpool", "urllib3.connection", "urllib3.response", "urllib3.poolmanager"):
    logging.getLogger(_name).addFilter(_own_requests)


class HttpTransport:
    """Posts requests to one URL; see `Transport`.

    The pool is made at the first request, in the sender's thread: a certificate that cannot be
    read is then a failure to deliver, said like any other.

    Args:
        destination: its `endpoint` is used as it is.
        user_agent: the `User-Agent` header, unless the destination's headers have one.
    """

    def __init__(self, destination: Destination, user_agent: str) -> None:
        self._destination = destination
        self._headers = {"content-type": "application/x-protobuf", "user-agent": user_agent}
        if destination.compression != "none":
            self._headers["content-encoding"] = destination.compression
        self._headers.update({name.lower(): value for name, value in destination.headers.items()})
        self._pool: PoolManager | None = None
        self._aborted = False

    def send(self, payload: bytes) -> Outcome:
        """Send one request; see `Transport.send`."""
        if self._aborted:
            return Retryable("aborted")
        _sending.active = True
        try:
            return self._post(_compressed(payload, self._destination.compression))
        except exceptions.HTTPError as error:
            return _unanswered(error)
        except OSError as error:
            # A file that cannot be read.
            return Retryable("configuration", f"{type(error).__name__}: {error}")
        except ValueError as error:
            # An address or a header that HTTP does not know; its text may hold a header's value.
            return Retryable("configuration", type(error).__name__)
        finally:
            _sending.active = False

    def abort(self) -> None:
        """Send nothing more, and close the connection that waits for more; see `Transport.abort`."""
        self._aborted = True
        if self._pool is not None:
            self._pool.clear()

    def _post(self, body: bytes) -> Outcome:
        pool = self._pool = self._pool or create_pool(self._destination)
        response = pool.request(
            "POST",
            self._destination.endpoint,
            body=body,
            headers=self._headers,
            timeout=Timeout(total=self._destination.timeout),
            retries=_NO_RETRY,
            redirect=False,
            preload_content=False,
        )
        try:
            answer = _read(response)
        except BaseException:
            response.close()
            raise
        response.release_conn()
        return judge(response.status, response.headers, answer)


def _compressed(payload: bytes, compression: str) -> bytes:
    if compression == "gzip":
        return gzip.compress(payload, compresslevel=6, mtime=0)
    return zlib.compress(payload) if compression == "deflate" else payload


def _read(response: BaseHTTPResponse) -> bytes:
    """Read an answer, bounded in size: a server may never end it."""
    parts: list[bytes] = []
    size = 0
    while size < _LONGEST_ANSWER:
        part = response.read1(_CHUNK)
        if not part:
            break
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _unanswered(error: exceptions.HTTPError) -> Retryable:
    """Name a failure, and whether the server may have read the request all the same."""
    cause = _root(error)
    if isinstance(cause, exceptions.ProxyError):
        return Retryable("proxy", f"no way through the proxy: {_why(cause.original_error)}")
    for kind, reason, message in _BEFORE_SENDING:
        if isinstance(cause, kind):
            return Retryable(reason, message or _why(cause))
    if isinstance(cause, exceptions.TimeoutError):
        return Retryable("timeout", "no answer in time", unknown=True)
    return Retryable("connection_lost", "the connection ended without an answer", unknown=True)


# In this order: urllib3 derives each of the first three from the next.
_BEFORE_SENDING: tuple[tuple[type[BaseException], str, str], ...] = (
    (exceptions.NameResolutionError, "name_resolution", "the host name is not known"),
    (exceptions.NewConnectionError, "connection", ""),
    (exceptions.ConnectTimeoutError, "timeout", "no connection in time"),
    (exceptions.SSLError, "tls", ""),
    (exceptions.LocationValueError, "configuration", ""),
)


def _root(error: BaseException) -> BaseException:
    """Return the failure inside urllib3's wrappers that says most."""
    if isinstance(error, exceptions.ProxyError):
        return error
    reason = getattr(error, "reason", None)
    if isinstance(reason, BaseException):
        return _root(reason)
    original = getattr(error, "original_error", None)
    return _root(original) if isinstance(original, BaseException) else error


def _why(error: BaseException) -> str:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ConnectionRefusedError):
            return "connection refused"
        cause = cause.__cause__ or cause.__context__
    return " ".join(str(error).split())[:160]
