"""Makes the connection pool of a destination: its proxy, its TLS, and responses that are bounded in time."""

import ssl
from urllib.parse import unquote

import certifi
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager, make_headers
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.util import parse_url

from otel_distro.delivery.http_response import TimelyResponse
from otel_distro.delivery.settings import Destination


class _Connection(HTTPConnection):
    response_class = TimelyResponse


class _SecureConnection(HTTPSConnection):
    response_class = TimelyResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection  # pyright: ignore[reportAssignmentType] - as in urllib3 itself


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection  # pyright: ignore[reportAssignmentType] - as in urllib3 itself


def create_pool(destination: Destination) -> PoolManager:
    """Create a pool of one connection to a destination.

    Raises:
        OSError: where a certificate or key cannot be read.
        ValueError: where the address of the proxy is none.
    """
    context = _tls(destination) if destination.endpoint.lower().startswith("https:") else None
    pool = _through_proxy(destination.proxy, context) if destination.proxy else _direct(context)
    pool.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
    return pool


def _direct(context: ssl.SSLContext | None) -> PoolManager:
    return PoolManager(num_pools=1, maxsize=1, ssl_context=context)


def _through_proxy(proxy: str, context: ssl.SSLContext | None) -> PoolManager:
    login = parse_url(proxy).auth
    headers = make_headers(proxy_basic_auth=unquote(login)) if login else None
    return ProxyManager(proxy, num_pools=1, maxsize=1, proxy_headers=headers, ssl_context=context)


def _tls(destination: Destination) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=destination.certificate or _bundled_authorities())
    if destination.client_certificate:
        context.load_cert_chain(destination.client_certificate, destination.client_key)
    return context


def _bundled_authorities() -> str | None:
    """Return the path of certifi's authorities where the system brings none."""
    paths = ssl.get_default_verify_paths()
    return None if paths.cafile or paths.capath else certifi.where()
