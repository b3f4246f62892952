"""The way of one request through its application, as a context manager around the call.

`instrumentation/fastapi.py` enters it in its only frame. That frame is taken out of the traceback of
what the application raises, so that a server prints the same lines as without us.
https://docs.python.org/3/reference/datamodel.html#traceback-objects
"""

from types import TracebackType

from opentelemetry.context import attach, detach

from otel_distro.server_edge.exchange import Exchange
from otel_distro.server_edge.messages import Receive, Send, WatchedMessages

Ends = tuple[Receive, Send]


class Passage:
    """Lets a request through as it is.

    Args:
        receive: from the server.
        send: to the server.
    """

    def __init__(self, receive: Receive, send: Send) -> None:
        self._ends = (receive, send)

    def __enter__(self) -> Ends:
        """Return what the application receives from and sends to."""
        return self._ends

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Hide the frame in which this was entered."""
        if error is not None and traceback is not None and traceback.tb_next is not None:
            # Not by assignment, which an exception may refuse.
            BaseException.with_traceback(error, traceback.tb_next)


class WatchedPassage(Passage):
    """Records the exchange, in whose context the application runs."""

    def __init__(self, exchange: Exchange, messages: WatchedMessages) -> None:
        super().__init__(messages.receive, messages.send)
        self._exchange = exchange

    def __enter__(self) -> Ends:
        """Make the exchange's context the current one."""
        self._token = attach(self._exchange.context)
        return super().__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Say how the application ended."""
        super().__exit__(kind, error, traceback)
        if error is None:
            self._exchange.returned()
        else:
            self._exchange.raised(error)
        detach(self._token)
