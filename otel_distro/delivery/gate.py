"""Holds back what a process records until it is known that this process exports.

A supervisor of workers looks like any other program at first: it loads the same modules and logs a
line. So records wait in memory until the process is known to be none, and threads, files and
connections come with the first record at the earliest. See `otel_distro/processes/lifecycle.py`
for who decides, and when.
"""

import threading
from collections.abc import Callable


class Gate:
    """Whether this process exports: not known yet, yes, or never.

    Args:
        prepare: called once before it opens, for what an export needs; open from the start where `None`.
    """

    def __init__(self, prepare: Callable[[], None] | None = None) -> None:
        self._prepare = prepare
        self._starts: list[Callable[[], None]] = []
        self._silencers: list[Callable[[], None]] = []
        self.reset()

    def reset(self) -> None:
        """Begin anew, in a forked child: nothing is recorded, nothing is known."""
        self._deciding = threading.Lock()
        self._decided = threading.Event()
        self.wanted = False
        """Whether something was recorded."""
        self.silent = False
        """Whether this process never exports."""
        if self._prepare is None:
            self._decided.set()

    def on_want(self, start: Callable[[], None]) -> None:
        """Call something when the first record comes; what it starts waits for the gate by itself."""
        self._starts.append(start)

    def on_silence(self, silence: Callable[[], None]) -> None:
        """Call something when it turns out that this process never exports."""
        self._silencers.append(silence)

    def want(self) -> None:
        """Note that something was recorded. Called by the thread that records: it never waits.

        Threads are started here and not when the gate opens: that may be when the interpreter ends,
        and Python 3.12 takes no new thread then.
        """
        if not self.wanted and not self.silent:
            self.wanted = True
            for start in self._starts:
                start()

    @property
    def is_open(self) -> bool:
        """Whether records may leave."""
        return self._decided.is_set() and not self.silent

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it is known whether this process exports; answer whether it does."""
        self._decided.wait(seconds)
        return self.is_open

    def open(self) -> bool:
        """Let records leave, unless this process is silent; answer whether they may."""
        self.want()
        with self._deciding:
            if not self._decided.is_set():
                if self._prepare:
                    self._prepare()
                self._decided.set()
        return not self.silent

    def silence(self) -> None:
        """Export nothing from now on."""
        with self._deciding:
            self.silent = True
            self._decided.set()
        for silence in self._silencers:
            silence()
