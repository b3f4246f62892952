"""Describes a request, before it is served, in the words of the semantic conventions.

https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from opentelemetry.semconv.attributes.client_attributes import CLIENT_ADDRESS
from opentelemetry.semconv.attributes.http_attributes import (
    HTTP_REQUEST_METHOD,
    HTTP_REQUEST_METHOD_ORIGINAL,
)
from opentelemetry.semconv.attributes.network_attributes import (
    NETWORK_PROTOCOL_NAME,
    NETWORK_PROTOCOL_VERSION,
)
from opentelemetry.semconv.attributes.server_attributes import SERVER_ADDRESS, SERVER_PORT
from opentelemetry.semconv.attributes.url_attributes import URL_PATH, URL_QUERY, URL_SCHEME
from opentelemetry.semconv.attributes.user_agent_attributes import USER_AGENT_ORIGINAL

from otel_distro.query_string import without_values

Scope = Mapping[str, Any]
AttributeValue = str | int
OTHER_METHOD = "_OTHER"
_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_LONGEST_TEXT = 2048


def metric_attributes(scope: Scope, known_methods: frozenset[str]) -> dict[str, AttributeValue]:
    """Return the attributes that are bounded in number whatever callers send.

    Args:
        scope: the ASGI scope of an HTTP request or a WebSocket.
        known_methods: the methods that keep their name; others become `_OTHER`.
    """
    method = request_method(scope)
    attributes: dict[str, AttributeValue] = {
        HTTP_REQUEST_METHOD: method if method in known_methods else OTHER_METHOD,
        URL_SCHEME: scope.get("scheme", "http"),
    }
    if scope.get("http_version"):
        attributes[NETWORK_PROTOCOL_VERSION] = scope["http_version"]
    return attributes


def span_attributes(scope: Scope, bounded: Mapping[str, AttributeValue]) -> dict[str, AttributeValue]:
    """Return all attributes of the request for its span.

    Args:
        scope: the ASGI scope.
        bounded: what `metric_attributes` returned for it.
    """
    attributes = {**bounded, URL_PATH: scope.get("path", "")[:_LONGEST_TEXT], **_server(scope)}
    if scope["type"] == "websocket":
        attributes[NETWORK_PROTOCOL_NAME] = "websocket"
    if bounded[HTTP_REQUEST_METHOD] == OTHER_METHOD:
        attributes[HTTP_REQUEST_METHOD_ORIGINAL] = request_method(scope)[:_LONGEST_TEXT]
    if scope.get("query_string"):
        attributes[URL_QUERY] = without_values(scope["query_string"])
    if scope.get("client"):
        attributes[CLIENT_ADDRESS] = scope["client"][0]
    if user_agent := header(scope, b"user-agent"):
        attributes[USER_AGENT_ORIGINAL] = user_agent.decode("latin-1")[:_LONGEST_TEXT]
    return attributes


def request_method(scope: Scope) -> str:
    """Return the method; a WebSocket's handshake is a GET (RFC 6455, section 4.1)."""
    return scope.get("method", "GET")


def header(scope: Scope, name: bytes) -> bytes | None:
    """Return a header's value where the request holds it exactly once.

    Args:
        scope: the ASGI scope.
        name: in lower case.
    """
    headers: Iterable[tuple[bytes, bytes]] = scope.get("headers", ())
    values = [value for key, value in headers if key.lower() == name]
    return values[0] if len(values) == 1 else None


def _server(scope: Scope) -> dict[str, AttributeValue]:
    authority = header(scope, b"host")
    if authority is None:
        server = scope.get("server")
        return _address(*server) if server else {}
    try:
        parts = urlsplit("//" + authority.decode("latin-1"))
        port = parts.port
    except ValueError:
        return {}
    return _address(parts.hostname, port or _DEFAULT_PORTS.get(scope.get("scheme", "http")))


def _address(address: str | None, port: int | None) -> dict[str, AttributeValue]:
    if not address:
        return {}
    attributes: dict[str, AttributeValue] = {SERVER_ADDRESS: address[:_LONGEST_TEXT]}
    if port is not None:
        attributes[SERVER_PORT] = port
    return attributes
