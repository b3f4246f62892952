"""Holds the calls that have started and not ended, for drivers that tell each by two events.

PyMongo tells neither success nor failure of a command whose task was cancelled. A thread or task
waits for one command at a time, so its next command, or its end, says that the last one is over.
"""

import asyncio
from collections.abc import Callable
from threading import get_ident

from otel_distro.failsafe import failsafe
from otel_distro.instrumentation.client_call import ClientCall

_LIMIT = 10_000

Owner = asyncio.Task[object] | int
"""The task that waits for a call, or the identity of the thread."""


class PendingCalls:
    """The calls under way, one a task or thread.

    Args:
        limit: the most that are held; past it the oldest one is given up.
    """

    def __init__(self, limit: int = _LIMIT) -> None:
        self._limit = limit
        self._calls: dict[Owner, tuple[int, ClientCall]] = {}
        # Bound once: a callback is removed by identity or equality, and this is the cheaper.
        self._on_task_done: Callable[[asyncio.Task[object]], None] = self._give_up

    def add(self, key: int, call: ClientCall) -> None:
        """Hold a call that the current task or thread waits for.

        Args:
            key: the driver's number for the call.
            call: ended as cancelled where nothing takes it.
        """
        owner = _current_owner()
        self._give_up(owner)
        if len(self._calls) >= self._limit:
            self._give_up(next(iter(self._calls)))
        self._calls[owner] = (key, call)
        if isinstance(owner, asyncio.Task):
            owner.add_done_callback(self._on_task_done)

    def take(self, key: int) -> ClientCall | None:
        """Return the call that the current task or thread waited for, and hold it no longer.

        Args:
            key: the driver's number for the call.

        Returns:
            `None` where that call was not recorded.
        """
        owner = _current_owner()
        held = self._calls.get(owner)
        if held is None or held[0] != key:
            return None
        self._release(owner)
        return held[1]

    def clear(self) -> None:
        """Forget all calls, which are another process's after a fork."""
        self._calls.clear()

    def _release(self, owner: Owner) -> ClientCall | None:
        held = self._calls.pop(owner, None)
        if held is None:
            return None
        if isinstance(owner, asyncio.Task):
            owner.remove_done_callback(self._on_task_done)
        return held[1]

    @failsafe
    def _give_up(self, owner: Owner) -> None:
        call = self._release(owner)
        if call is not None:
            call.fail("CancelledError" if isinstance(owner, asyncio.Task) else "_OTHER")
            call.end()


def _current_owner() -> Owner:
    try:
        return asyncio.current_task() or get_ident()
    except RuntimeError:
        return get_ident()
