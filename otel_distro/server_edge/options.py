"""What an application, or its operator, may choose about the server edge.

The hooks have the signatures of contrib's FastAPI instrumentation, so that code written for it
keeps working.
https://opentelemetry-python-contrib.readthedocs.io/en/latest/instrumentation/fastapi/fastapi.html
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from opentelemetry.trace import Span

from otel_distro.server_edge.exclusion import PathExclusion
from otel_distro.server_edge.header_capture import HeaderCapture

Scope = Mapping[str, Any]
ServerRequestHook = Callable[[Span, Any], None]
MessageHook = Callable[[Span, Any, Any], None]
RouteOf = Callable[[Scope], str | None]


def _no_route(_scope: Scope) -> str | None:
    return None


@dataclass(frozen=True)
class EdgeOptions:
    """The choices in force for one application.

    Args:
        route_of: finds the template of the route that served a finished request.
        exclusion: the paths that are measured but not traced.
        header_capture: the headers that become span attributes.
        known_methods: the HTTP methods that keep their name.
        trace_id_header: the header that carries the trace id, in lower case; empty for none.
        access_records: whether each request leaves a log record.
        disconnects: the exceptions that only say that the client went away.
        server_request_hooks: called with the span and the scope when a request begins; like the two
            below they never raise.
        client_request_hook: called with the span, the scope and each message received.
        client_response_hook: called with the span, the scope and each message sent.
    """

    route_of: RouteOf = _no_route
    exclusion: PathExclusion = field(default_factory=lambda: PathExclusion(()))
    header_capture: HeaderCapture = field(default_factory=lambda: HeaderCapture((), (), ()))
    known_methods: frozenset[str] = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
    trace_id_header: bytes = b"x-trace-id"
    access_records: bool = True
    disconnects: tuple[type[BaseException], ...] = ()
    server_request_hooks: tuple[ServerRequestHook, ...] = ()
    client_request_hook: MessageHook | None = None
    client_response_hook: MessageHook | None = None
