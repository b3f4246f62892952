"""Has a signal act that arrives as its process begins to wait.

Python notes a signal at once, but runs its handler at its next look: one that comes between a look and
a system call that waits is seen when that call returns. The default action, whose place our handler
takes, would have ended the process. A worker of a `multiprocessing.Pool` that waits for work would so
let the pool's `terminate` wait for ever. So a thread is told of each signal by its number, and
interrupts the main thread until the handler has run. Started by `children.py`, where it matters.
https://docs.python.org/3/library/signal.html#signal.set_wakeup_fd
"""

import os
import signal
import threading
from collections.abc import Callable
from time import sleep
from types import FrameType
from typing import Final

from otel_distro.failsafe import failsafe

# Ignored by default, and hardly ever used.
_INTERRUPTION: Final[int] = getattr(signal, "SIGURG", 0)
_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 1.0


class MissedSignals:
    """A thread that insists on a signal until its handler has begun.

    Args:
        is_pending: says whether the handler of a signal that has come is still to run.
    """

    def __init__(self, is_pending: Callable[[int], bool]) -> None:
        self._is_pending = is_pending
        self._ends: tuple[int, ...] = ()

    @failsafe
    def watch(self) -> None:
        """Begin, in the main thread; where somebody else is told of signals, do nothing."""
        if not _INTERRUPTION or signal.getsignal(_INTERRUPTION) not in (signal.SIG_DFL, _go_on):
            return
        before = signal.set_wakeup_fd(-1)
        if before != -1:
            signal.set_wakeup_fd(before)
            return
        reading, writing = self._ends = os.pipe()
        os.set_blocking(writing, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        os.register_at_fork(after_in_child=self._leave_to_parent)
        signal.signal(_INTERRUPTION, _go_on)
        name = "otel-distro-signals"
        threading.Thread(target=self._run, args=(reading,), name=name, daemon=True).start()

    @failsafe
    def _leave_to_parent(self) -> None:
        """Tell the parent's thread nothing of the signals of a child that it forks."""
        if not self._ends:
            return
        reading, writing = self._ends
        self._ends = ()
        before = signal.set_wakeup_fd(-1)
        if before not in (-1, writing):
            signal.set_wakeup_fd(before)
        os.close(reading)
        os.close(writing)

    def _run(self, reading: int) -> None:
        while numbers := os.read(reading, 64):
            for number in set(numbers):
                self._insist(number)

    def _insist(self, number: int) -> None:
        pause = _FIRST_PAUSE
        while self._is_pending(number):
            sleep(pause)
            if self._is_pending(number) and signal.getsignal(_INTERRUPTION) is _go_on:
                signal.pthread_kill(threading.main_thread().ident or 0, _INTERRUPTION)
            pause = min(2 * pause, _LONGEST_PAUSE)


def _go_on(_number: int, _frame: FrameType | None) -> None:
    """Let a system call that waits return, so that Python looks for signals."""
