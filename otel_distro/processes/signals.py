"""Delivers what is recorded before a signal ends the process, and lets the signal end it as before.

Only a signal whose action is the default one is handled: the application's own handlers run as
they would without us, and end the process in ways that `atexit` sees. One that hands on to the
default action, as uvicorn and many others do after they have shut down, arrives here, since that
action is ours for as long as this is installed. Whoever asks for it sees the default.
https://docs.python.org/3/library/signal.html
"""

import functools
import os
import signal
import sys
import threading
from _thread import allocate_lock, start_new_thread
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGHUP") if hasattr(signal, name))
"""Signals that end a process, and that are sent to ask for it."""


class EndingSignals:
    """The default action of the signals that end a process, with a delivery before it.

    Args:
        end: ends telemetry; called in a thread of its own, as the one that was interrupted may hold
            any lock.
        flush: delivers what is there, for a process that the signal will not end.
        seconds: the longest that the process is kept from ending.
    """

    def __init__(self, end: Callable[[], None], flush: Callable[[], None], seconds: float) -> None:
        self._end = end
        self._flush = flush
        self._seconds = seconds
        self._set = signal.signal
        self._get = signal.getsignal
        self._action = self._act
        self._postponing: int | None = None
        self._postponed: list[int] = []

    def install(self) -> None:
        """Take the place of the default action; from another thread than the main one, do nothing."""
        if threading.current_thread() is not threading.main_thread():
            return
        # Where an interpreter or a server allows no handlers, there are none.
        with suppress(ValueError, OSError):
            for number in ENDING:
                if self._get(number) is signal.SIG_DFL:
                    self._set(number, self._action)
            self._replace_functions()

    def is_pending(self, number: int) -> bool:
        """Say of a signal that has come whether it is still to be acted on here."""
        return number in ENDING and self._get(number) == self._action

    @contextmanager
    def postponed(self) -> Generator[None]:
        """Let a signal that comes meanwhile end the process afterwards.

        For a delivery by the main thread itself: the signal would interrupt it, and a delivery on
        top of it would wait for what the interrupted one holds. Elsewhere, and within itself, it
        does nothing.
        """
        main = threading.main_thread().ident
        if main != threading.get_ident() or main == self._postponing:
            yield
            return
        self._postponed.clear()
        self._postponing = main
        try:
            yield
        finally:
            self._postponing = None
            while self._postponed:
                self._end_by(self._postponed.pop())

    def _replace_functions(self) -> None:
        set_action, get_action, ours = self._set, self._get, self._action

        @functools.wraps(set_action)
        def set_signal(signalnum: Any, handler: Any) -> Any:
            default = handler is signal.SIG_DFL or (type(handler) is int and handler == 0)
            return _seen(set_action(signalnum, ours if default and signalnum in ENDING else handler), ours)

        @functools.wraps(get_action)
        def get_signal(signalnum: Any) -> Any:
            return _seen(get_action(signalnum), ours)

        signal.signal = set_signal
        signal.getsignal = get_signal

    def _act(self, number: int, _frame: FrameType | None) -> None:
        # A second one ends the process at once.
        self._set(number, signal.SIG_DFL)
        if self._postponing == threading.get_ident():
            self._postponed.append(number)
        else:
            self._end_by(number)

    def _end_by(self, number: int) -> None:
        # The first process of a container is not ended by a default action, and goes on.
        stays = os.getpid() == 1
        self._finish(self._flush if stays else self._end)
        signal.raise_signal(number)
        if stays:
            self._set(number, self._action)

    def _finish(self, deliver: Callable[[], None]) -> None:
        # An interpreter that is being torn down has delivered, and runs no other thread.
        if sys.is_finalizing():
            return
        done = allocate_lock()
        done.acquire()

        def run() -> None:
            try:
                deliver()
            finally:
                done.release()

        # Not a `Thread`, which takes a lock that the interrupted code may hold.
        try:
            start_new_thread(run, ())
        except RuntimeError:
            # Python 3.12 takes none once the main thread has nothing more to run, though others go on.
            deliver()
        else:
            done.acquire(timeout=self._seconds)


def _seen(action: Any, ours: Any) -> Any:
    return signal.SIG_DFL if action is ours else action
