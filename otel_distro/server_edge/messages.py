"""Watches the ASGI messages of one exchange, and adds the trace id to the response.

https://asgi.readthedocs.io/en/latest/specs/www.html
"""

from collections.abc import Awaitable, Callable
from typing import Any

from opentelemetry.instrumentation.propagators import get_global_response_propagator

from otel_distro.failsafe import failsafe
from otel_distro.server_edge.carrier import MESSAGE_SETTER
from otel_distro.server_edge.exchange import Exchange
from otel_distro.server_edge.options import EdgeOptions

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_SWITCHING_PROTOCOLS = 101
_FORBIDDEN = 403


class WatchedMessages:
    """Stands between the application and the server for one exchange."""

    def __init__(self, exchange: Exchange, options: EdgeOptions, receive: Receive, send: Send) -> None:
        self._exchange = exchange
        self._options = options
        self._receive = receive
        self._send = send
        self._trailers = False
        self._accepted = False

    async def receive(self) -> Message:
        """Pass on the next message from the client."""
        message = await self._receive()
        self._received(message)
        return message

    async def send(self, message: Message) -> None:
        """Pass on a message to the client."""
        watched = self._sending(message)
        await self._send(message if watched is None else watched)
        self._sent(message)

    @failsafe
    def _received(self, message: Message) -> None:
        if message["type"] in ("http.disconnect", "websocket.disconnect"):
            self._exchange.client_left()
        if self._options.client_request_hook is not None:
            self._options.client_request_hook(self._exchange.span, self._exchange.scope, message)

    @failsafe
    def _sending(self, message: Message) -> Message:
        kind = message["type"]
        if kind in ("http.response.start", "websocket.http.response.start"):
            self._trailers = message.get("trailers", False)
            return self._opened(message, message["status"])
        if kind == "websocket.accept":
            self._accepted = True
            return self._opened(message, _SWITCHING_PROTOCOLS)
        if kind == "websocket.close" and not self._accepted:
            self._exchange.answered_with(_FORBIDDEN)
        return message

    def _opened(self, message: Message, status: int) -> Message:
        self._exchange.answered_with(status)
        headers: list[tuple[bytes, bytes]] = list(message.get("headers") or ())
        # A copy: the application may hold on to the list that it gave.
        opened = {**message, "headers": headers}
        self._add_trace_id(headers)
        propagator = get_global_response_propagator()  # pyright: ignore[reportUnknownVariableType]
        if propagator is not None:
            propagator.inject(  # pyright: ignore[reportUnknownMemberType] - upstream is untyped
                opened, context=self._exchange.context, setter=MESSAGE_SETTER
            )
        self._exchange.span.set_attributes(self._options.header_capture.of_response(headers))
        return opened

    def _add_trace_id(self, headers: list[tuple[bytes, bytes]]) -> None:
        name = self._options.trace_id_header
        trace_id = self._exchange.span.get_span_context().trace_id
        if name and trace_id and not any(key.lower() == name for key, _ in headers):
            headers.append((name, b"%032x" % trace_id))

    @failsafe
    def _sent(self, message: Message) -> None:
        if self._options.client_response_hook is not None:
            self._options.client_response_hook(self._exchange.span, self._exchange.scope, message)
        if self._is_last(message):
            self._exchange.response_sent()

    def _is_last(self, message: Message) -> bool:
        kind = message["type"]
        if kind == "http.response.body":
            return not message.get("more_body", False) and not self._trailers
        if kind == "http.response.trailers":
            return not message.get("more_trailers", False)
        return kind == "http.response.pathsend"
