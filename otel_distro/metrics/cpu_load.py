"""Computes the share of processor time that a process uses.

https://opentelemetry.io/docs/specs/semconv/system/process-metrics/#metric-processcpuutilization
"""

import time
from collections.abc import Callable

_SHORTEST_LOOK = 1.0


class CpuLoad:
    """The share of processor time between two looks.

    Two readers may look at the same moment; the second is told what the first was.

    Args:
        processors: that the process may use.
        clock: seconds; another one in tests.
    """

    def __init__(self, processors: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._processors = processors
        self._clock = clock
        self.begin(0.0)

    def begin(self, used: float) -> None:
        """Begin to look, anew in a forked child.

        Args:
            used: seconds of all processors by now.
        """
        self._looked_at = self._clock()
        self._used = used
        self._share = 0.0

    def share(self, used: float) -> float:
        """Return the share since the last look that was a second ago or more.

        Args:
            used: seconds of all processors by now.
        """
        now = self._clock()
        passed = now - self._looked_at
        if passed >= _SHORTEST_LOOK:
            self._share = (used - self._used) / passed / self._processors
            self._looked_at, self._used = now, used
        return self._share
