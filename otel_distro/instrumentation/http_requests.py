"""Says what an HTTP request to another server is, in the words of the semantic conventions.

Pure: nothing here sends or records anything. Credentials, the values of a query and the fragment
stay out of the URL, since each may be a secret.
https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span
"""

from collections.abc import Collection

import httpx
from opentelemetry.semconv.attributes.http_attributes import (
    HTTP_REQUEST_METHOD,
    HTTP_REQUEST_METHOD_ORIGINAL,
    HTTP_RESPONSE_STATUS_CODE,
)
from opentelemetry.semconv.attributes.network_attributes import NETWORK_PROTOCOL_VERSION
from opentelemetry.semconv.attributes.server_attributes import SERVER_ADDRESS, SERVER_PORT
from opentelemetry.semconv.attributes.url_attributes import URL_FULL, URL_SCHEME

from otel_distro.query_string import without_values

OTHER_METHOD = "_OTHER"
_DEFAULT_PORTS = {"http": 80, "https": 443}
_LONGEST_URL = 2048
_LONGEST_METHOD = 64


def request_attributes(request: httpx.Request, known_methods: Collection[str]) -> dict[str, str | int]:
    """Return what is known of a request before it is sent.

    Args:
        request: as the transport gets it.
        known_methods: the methods that keep their name; others become `_OTHER`.
    """
    url = request.url
    method = request.method
    known = method in known_methods
    attributes: dict[str, str | int] = {
        HTTP_REQUEST_METHOD: method if known else OTHER_METHOD,
        URL_FULL: _url_without_secrets(url),
        URL_SCHEME: url.scheme,
        SERVER_ADDRESS: url.host,
    }
    if not known:
        attributes[HTTP_REQUEST_METHOD_ORIGINAL] = method[:_LONGEST_METHOD]
    port = url.port or _DEFAULT_PORTS.get(url.scheme)
    if port is not None:
        attributes[SERVER_PORT] = port
    return attributes


def span_name(attributes: dict[str, str | int]) -> str:
    """Return the method, since a path has too many values for a name; `HTTP` for an unknown one."""
    method = str(attributes[HTTP_REQUEST_METHOD])
    return "HTTP" if method == OTHER_METHOD else method


def response_attributes(response: httpx.Response) -> dict[str, str | int]:
    """Return what an answer adds.

    Args:
        response: as the transport returns it, its body still to come.
    """
    attributes: dict[str, str | int] = {HTTP_RESPONSE_STATUS_CODE: response.status_code}
    version = response.http_version.removeprefix("HTTP/")
    if version:
        attributes[NETWORK_PROTOCOL_VERSION] = version
    return attributes


def _url_without_secrets(url: httpx.URL) -> str:
    path, separator, query = url.raw_path.partition(b"?")
    credentials = "REDACTED:REDACTED@" if url.userinfo else ""
    shown = f"{url.scheme}://{credentials}{url.netloc.decode('ascii')}{path.decode('ascii')}"
    return (f"{shown}?{without_values(query)}" if separator else shown)[:_LONGEST_URL]
