"""Turns the signals that end a process into an exception, so that it stops what it has started first."""

import signal
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupted(BaseException):
    """A signal asked this process to end; `status` is what a shell expects it to exit with."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.status = 128 + number


def raise_on_signals() -> None:
    """Raise `Interrupted` wherever the main thread is when SIGINT, SIGTERM or SIGHUP arrives.

    Also where they came in ignored, as they do for what a script starts in the background.
    """
    for number in _SIGNALS:
        signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise Interrupted(number)
