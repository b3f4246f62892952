"""How one signal fares: since when it does not arrive, and why."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic, time

LONGEST_SILENCE = 7.0
"""Seconds after which an attempt without an answer counts as a failure, though it may go on."""


@dataclass(frozen=True)
class Failure:
    """The last attempt that failed.

    Args:
        at: Unix seconds.
        reason: its stable name.
        message: what a person is told.
    """

    at: float
    reason: str
    message: str


class Health:
    """Keeps what attempts have shown. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failing_since: float | None = None
        self._attempt_since: float | None = None
        self.last_failure: Failure | None = None
        self.last_delivery: float | None = None
        """Unix seconds."""

    @contextmanager
    def attempt(self) -> Generator[None]:
        """Know that an attempt is under way for as long as a block takes."""
        with self._lock:
            self._attempt_since = monotonic()
        try:
            yield
        finally:
            with self._lock:
                self._attempt_since = None

    def look(self) -> None:
        """Count an attempt that has had no answer for long as failing; called every now and then."""
        with self._lock:
            since = self._attempt_since
            if since is not None and self._failing_since is None and monotonic() - since >= LONGEST_SILENCE:
                self.last_failure = Failure(time(), "timeout", "no answer yet")
                self._failing_since = since

    def failed(self, reason: str, message: str, began: float | None = None) -> None:
        """Note an attempt that failed.

        Args:
            reason: its stable name.
            message: what a person is told.
            began: monotonic moment at which it did; now where `None`.
        """
        with self._lock:
            self.last_failure = Failure(time(), reason, message or reason)
            if self._failing_since is None:
                self._failing_since = monotonic() if began is None else began

    def note(self, reason: str, message: str) -> None:
        """Note records that were refused for good: they are lost, and keep the rest from nothing."""
        with self._lock:
            self.last_failure = Failure(time(), reason, message or reason)

    def delivered(self) -> None:
        """Note an attempt that succeeded."""
        with self._lock:
            self.last_delivery = time()
            self._failing_since = None

    @property
    def failing_for(self) -> float | None:
        """Seconds since the first failing attempt began that no delivery has followed."""
        since = self._failing_since
        return None if since is None else monotonic() - since
