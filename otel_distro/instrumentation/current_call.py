"""Makes a call's span the current one while it is under way, and ends the call with what came of it."""

from collections.abc import Callable
from contextvars import Token
from types import TracebackType

from opentelemetry.context import Context, attach, detach

from otel_distro.instrumentation.client_call import ClientCall

RecordFailure = Callable[[ClientCall, BaseException], None]


class CurrentCall:
    """A block in which a call is made; an exception out of it goes on as it was.

    Args:
        call: ended with the block.
        record_failure: says on the call why it failed.
    """

    __slots__ = ("_call", "_record_failure", "_token")

    def __init__(self, call: ClientCall, record_failure: RecordFailure) -> None:
        self._call = call
        self._record_failure = record_failure
        self._token: Token[Context] | None = None

    def __enter__(self) -> None:
        self._token = attach(self._call.context)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        if self._token is not None:
            detach(self._token)
        if error is not None:
            self._record_failure(self._call, error)
        self._call.end()
