"""Says when a sender may try again: exponential back-off with jitter, or what the server asked for.

https://opentelemetry.io/docs/specs/otel/protocol/exporter/#retry
"""

import random

INITIAL = 0.5
LONGEST = 5.0
"""Seconds between attempts, so that telemetry flows within ten of a Collector's return."""
LONGEST_SILENT = 120.0
"""Seconds between attempts where a server answers, but not to what is sent: each may arrive again."""

_JITTER = 0.2
_COURTESY = 0.1


class Backoff:
    """Keeps the monotonic moment before which nothing is sent.

    It has a random generator of its own: one shared with the application could be seeded by it.
    """

    def __init__(self) -> None:
        self._random = random.Random()  # noqa: S311 - spreads retries, protects nothing
        self._wait = INITIAL
        self._silent_wait = 0.0
        self.not_before = 0.0

    def failed(self, began: float, ended: float, delay: float | None) -> None:
        """Count a failed attempt.

        Args:
            began: monotonic moment at which it began; a long attempt has waited already.
            ended: monotonic moment at which it ended.
            delay: seconds that the server asked to wait from now, where it did.
        """
        if delay:
            # Never earlier than asked; a little later, so that not all clients come at once.
            self.not_before = ended + delay * (1 + self._random.uniform(0, _COURTESY))
        else:
            wait = self._wait * self._random.uniform(1 - _JITTER, 1 + _JITTER)
            self.not_before = max(began + wait, ended + INITIAL * (1 - _JITTER))
        self._wait = min(self._wait * 2, LONGEST)

    def unanswered(self, ended: float) -> None:
        """Count, after `failed`, a request that may have arrived.

        The first is sent again as soon as the server answers anything. Where it has no answer
        then either, the pauses grow: as many copies may arrive.

        Args:
            ended: monotonic moment at which nobody waited any longer.
        """
        self.not_before = max(self.not_before, ended + self._silent_wait)
        self._silent_wait = min(max(2 * self._silent_wait, 2 * LONGEST), LONGEST_SILENT)

    def retry_now(self) -> None:
        """Allow the next attempt, but remember earlier failures: they may go on."""
        self.not_before = 0.0

    def succeeded(self) -> None:
        """Forget earlier failures."""
        self._wait = INITIAL
        self._silent_wait = 0.0
        self.not_before = 0.0
