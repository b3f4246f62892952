"""Instruments httpx: one client span and one measurement a request, of sync and async clients alike.

`distro.py` loads `DistroHTTPXClientInstrumentor` in place of contrib's, whose arguments and hooks
hold. Contrib's exports the values of queries, and measures no request that fails. Our delivery uses
another library, so it is never seen here.
https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any

import httpx
from opentelemetry.instrumentation.httpx import HTTPXClientInstrumentor, RequestInfo, ResponseInfo
from opentelemetry.instrumentation.utils import is_http_instrumentation_enabled
from opentelemetry.propagate import inject
from opentelemetry.util.http import ExcludeList
from wrapt import wrap_function_wrapper

from otel_distro.failsafe import failsafe
from otel_distro.instrumentation.client_call import ClientCall, run_hook, run_hook_async, start_call
from otel_distro.instrumentation.client_instruments import ClientInstruments, create_http_instruments
from otel_distro.instrumentation.current_call import CurrentCall
from otel_distro.instrumentation.http_requests import request_attributes, response_attributes, span_name
from otel_distro.server_edge.header_capture import HeaderCapture
from otel_distro.settings import Settings

Arguments = tuple[Any, ...]
Options = dict[str, Any]
Hook = Callable[..., Any]


@dataclass(frozen=True)
class HttpxOptions:
    """What an operator may choose.

    Args:
        known_methods: the methods that keep their name.
        headers: which headers are kept on the span.
        excluded: URLs, without their query, of which nothing is recorded.
    """

    known_methods: frozenset[str]
    headers: HeaderCapture
    excluded: ExcludeList

    @classmethod
    def from_settings(cls, settings: Settings) -> "HttpxOptions":
        """Take the choices from the settings."""
        return cls(
            known_methods=frozenset(settings.known_methods),
            headers=HeaderCapture(
                settings.captured_client_request_headers or (),
                settings.captured_client_response_headers or (),
                settings.sanitized_headers or (),
            ),
            excluded=ExcludeList(settings.excluded_httpx_urls or ()),
        )

    def excludes(self, url: httpx.URL) -> bool:
        """Say whether nothing is recorded of requests to a URL."""
        return self.excluded.url_disabled(f"{url.scheme}://{url.netloc.decode('ascii')}{url.path}")


class _HttpxWrappers:
    """What stands around the methods of httpx's transports.

    Args:
        instruments: what requests are recorded with.
        options: the operator's choices.
        request_hook: called with span and request before a request of a sync client.
        response_hook: called with span, request and response after it.
        async_request_hook: awaited with the same for an async client.
        async_response_hook: awaited with the same for an async client.
    """

    def __init__(
        self,
        instruments: ClientInstruments,
        options: HttpxOptions,
        request_hook: Hook | None,
        response_hook: Hook | None,
        async_request_hook: Hook | None,
        async_response_hook: Hook | None,
    ) -> None:
        self._instruments = instruments
        self._options = options
        self._request_hook = request_hook
        self._response_hook = response_hook
        self._async_request_hook = async_request_hook
        self._async_response_hook = async_response_hook

    def handle(
        self, wrapped: Callable[..., Any], _transport: object, args: Arguments, kwargs: Options
    ) -> Any:
        """Send a request within a span."""
        call = self._start(*args, **kwargs)
        if call is None:
            return wrapped(*args, **kwargs)
        asked = _asked(*args, **kwargs)
        with CurrentCall(call, _record_failure):
            run_hook(self._request_hook, call.span, asked)
            response = wrapped(*args, **kwargs)
            self._record_response(call, response)
            run_hook(self._response_hook, call.span, asked, _answered(response))
        return response

    async def handle_async(
        self, wrapped: Callable[..., Awaitable[Any]], _transport: object, args: Arguments, kwargs: Options
    ) -> Any:
        """Send a request of an async client within a span."""
        call = self._start(*args, **kwargs)
        if call is None:
            return await wrapped(*args, **kwargs)
        asked = _asked(*args, **kwargs)
        with CurrentCall(call, _record_failure):
            await run_hook_async(self._async_request_hook, call.span, asked)
            response = await wrapped(*args, **kwargs)
            self._record_response(call, response)
            await run_hook_async(self._async_response_hook, call.span, asked, _answered(response))
        return response

    @failsafe
    def _start(self, request: httpx.Request) -> ClientCall | None:
        if not is_http_instrumentation_enabled() or self._options.excludes(request.url):
            return None
        attributes = request_attributes(request, self._options.known_methods)
        call = start_call(self._instruments, span_name(attributes), attributes)
        if call is not None:
            call.span.set_attributes(self._options.headers.of_request(request.headers.raw))
            inject(request.headers, call.context)
        return call

    @failsafe
    def _record_response(self, call: ClientCall, response: httpx.Response) -> None:
        call.describe(response_attributes(response))
        call.span.set_attributes(self._options.headers.of_response(response.headers.raw))
        if response.status_code >= 400:
            call.fail(str(response.status_code))


@failsafe
def _record_failure(call: ClientCall, error: BaseException) -> None:
    # Its message may quote the URL.
    call.fail(type(error).__qualname__)


def _asked(request: httpx.Request) -> RequestInfo:
    return RequestInfo(
        request.method.encode(), request.url, request.headers, request.stream, request.extensions
    )


def _answered(response: httpx.Response) -> ResponseInfo:
    return ResponseInfo(response.status_code, response.headers, response.stream, response.extensions)


class DistroHTTPXClientInstrumentor(HTTPXClientInstrumentor):
    """Instruments all clients of httpx, with contrib's arguments."""

    # Without one of its own, this class would hand out contrib's instance where one exists.
    _instance = None

    def _instrument(self, **kwargs: Any) -> None:
        """Wrap the transports' methods, so that clients that exist already are instrumented as well.

        Args:
            **kwargs: `settings`, the distribution's; and as contrib's `tracer_provider`,
                `meter_provider`, `request_hook`, `response_hook`, `async_request_hook` and
                `async_response_hook`.
        """
        # An application that calls contrib's instrumentor itself gets this one: one span a request.
        HTTPXClientInstrumentor._instance = self
        settings: Settings = kwargs.get("settings") or Settings()
        wrappers = _HttpxWrappers(
            create_http_instruments(__name__, kwargs.get("tracer_provider"), kwargs.get("meter_provider")),
            HttpxOptions.from_settings(settings),
            kwargs.get("request_hook"),
            kwargs.get("response_hook"),
            _coroutine_function(kwargs.get("async_request_hook")),
            _coroutine_function(kwargs.get("async_response_hook")),
        )
        # The methods that contrib's `_uninstrument` unwraps.
        wrap_function_wrapper(httpx.HTTPTransport, "handle_request", wrappers.handle)
        wrap_function_wrapper(httpx.AsyncHTTPTransport, "handle_async_request", wrappers.handle_async)


def _coroutine_function(hook: Hook | None) -> Hook | None:
    return hook if iscoroutinefunction(hook) else None
