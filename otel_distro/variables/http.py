"""Variables about HTTP requests that come in and go out.

https://opentelemetry.io/docs/specs/semconv/http/
"""

from dataclasses import dataclass

from otel_distro import parsing
from otel_distro.environment_variables import OTEL_DISTRO_ACCESS_RECORDS, OTEL_DISTRO_TRACE_ID_HEADER
from otel_distro.variables.variable import Variable, own, setting


@dataclass(frozen=True)
class HttpSettings:
    """What a request leaves behind."""

    excluded_urls: tuple[str, ...] | None = setting(
        "OTEL_PYTHON_FASTAPI_EXCLUDED_URLS",
        "",
        parsing.patterns,
        "paths that are measured but not traced; matched from the path's start, never on the Host",
        instead="no exclusion",
    )
    excluded_urls_anywhere: tuple[str, ...] | None = setting(
        "OTEL_PYTHON_EXCLUDED_URLS",
        "",
        parsing.patterns,
        "the same, for every server instrumentation",
        instead="no exclusion",
    )
    known_methods: tuple[str, ...] = setting(
        "OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS",
        "CONNECT,DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT,QUERY,TRACE",
        parsing.methods,
        "any other method becomes _OTHER, so that callers cannot make series",
    )
    captured_request_headers: tuple[str, ...] | None = setting(
        "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST",
        "",
        parsing.patterns,
        "none by default",
        instead="none",
    )
    captured_response_headers: tuple[str, ...] | None = setting(
        "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_RESPONSE",
        "",
        parsing.patterns,
        "none by default",
        instead="none",
    )
    captured_client_request_headers: tuple[str, ...] | None = setting(
        "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_REQUEST",
        "",
        parsing.patterns,
        "the same for requests to other servers",
        instead="none",
    )
    captured_client_response_headers: tuple[str, ...] | None = setting(
        "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_CLIENT_RESPONSE",
        "",
        parsing.patterns,
        "the same for answers of other servers",
        instead="none",
    )
    excluded_httpx_urls: tuple[str, ...] | None = setting(
        "OTEL_PYTHON_HTTPX_EXCLUDED_URLS",
        "",
        parsing.patterns,
        "URLs, without their query, that httpx requests with nothing recorded",
        instead="no exclusion",
    )
    sanitized_headers: tuple[str, ...] | None = setting(
        "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SANITIZE_FIELDS",
        "",
        parsing.patterns,
        "captured headers whose value is replaced",
        instead="those of credentials and cookies alone",
    )
    access_records: bool = own(
        OTEL_DISTRO_ACCESS_RECORDS, "true", parsing.boolean, "one log record a request, in its server span"
    )
    trace_id_header: str = own(
        OTEL_DISTRO_TRACE_ID_HEADER, "X-Trace-ID", parsing.header_name, "carries the trace id in and out"
    )


CHECKED = (
    Variable(
        "OTEL_PYTHON_INSTRUMENTATION_HTTP_CAPTURE_ALL_METHODS",
        "",
        parsing.text,
        "any text: instrumentations that are not ours keep unknown methods",
    ),
)
