"""Turns chosen request and response headers into span attributes, secrets replaced.

https://opentelemetry.io/docs/specs/semconv/http/http-spans/
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from opentelemetry.util.http import (
    SanitizeValue,
    normalise_request_header_name,
    normalise_response_header_name,
)

Headers = Iterable[tuple[bytes, bytes]]
_ALWAYS_SANITIZED = ("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key")


class HeaderCapture:
    """Captures the headers that the operator named.

    Args:
        request: regular expressions for request headers.
        response: regular expressions for response headers.
        sanitized: regular expressions for headers whose value is replaced; credentials always are.
    """

    def __init__(self, request: Sequence[str], response: Sequence[str], sanitized: Sequence[str]) -> None:
        self._request = list(request)
        self._response = list(response)
        self._sanitize = SanitizeValue([*sanitized, *_ALWAYS_SANITIZED])

    def of_request(self, headers: Headers) -> dict[str, list[str]]:
        """Return the attributes of a request's captured headers."""
        return self._capture(headers, self._request, normalise_request_header_name)

    def of_response(self, headers: Headers) -> dict[str, list[str]]:
        """Return the attributes of a response's captured headers."""
        return self._capture(headers, self._response, normalise_response_header_name)

    def _capture(
        self, headers: Headers, patterns: list[str], attribute_name: Callable[[str], str]
    ) -> dict[str, list[str]]:
        if not patterns:
            return {}
        decoded: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in headers:
            decoded[name.decode("latin-1")].append(value.decode("latin-1"))
        return self._sanitize.sanitize_header_values(decoded, patterns, attribute_name)
