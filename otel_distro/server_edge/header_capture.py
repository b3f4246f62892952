"""Turns chosen request and response headers into span attributes, secrets replaced.

https://opentelemetry.io/docs/specs/semconv/http/http-spans/
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from opentelemetry.util.http import normalise_request_header_name, normalise_response_header_name

from otel_distro.server_edge.expressions import Expressions, compile_each

Headers = Iterable[tuple[bytes, bytes]]
_ALWAYS_SANITIZED = ("authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key")
_REPLACED = "[REDACTED]"


class HeaderCapture:
    """Captures the headers that the operator named.

    Args:
        request: regular expressions for request headers, in any case.
        response: regular expressions for response headers.
        sanitized: regular expressions for headers whose value is replaced; credentials always are.
    """

    def __init__(self, request: Sequence[str], response: Sequence[str], sanitized: Sequence[str]) -> None:
        self._request = compile_each(request, flags=re.IGNORECASE)
        self._response = compile_each(response, flags=re.IGNORECASE)
        self._sanitized = compile_each([*sanitized, *_ALWAYS_SANITIZED], flags=re.IGNORECASE)

    def of_request(self, headers: Headers) -> dict[str, list[str]]:
        """Return the attributes of a request's captured headers."""
        return self._capture(headers, self._request, normalise_request_header_name)

    def of_response(self, headers: Headers) -> dict[str, list[str]]:
        """Return the attributes of a response's captured headers."""
        return self._capture(headers, self._response, normalise_response_header_name)

    def _capture(
        self, headers: Headers, chosen: Expressions, attribute_name: Callable[[str], str]
    ) -> dict[str, list[str]]:
        captured: defaultdict[str, list[str]] = defaultdict(list)
        for name, value in headers if chosen else ():
            header = name.decode("latin-1")
            if any(expression.fullmatch(header) for expression in chosen):
                secret = any(expression.search(header) for expression in self._sanitized)
                captured[attribute_name(header)].append(_REPLACED if secret else value.decode("latin-1"))
        return captured
