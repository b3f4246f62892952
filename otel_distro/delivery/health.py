"""How one signal fares: since when it does not arrive, and why."""

import threading
from dataclasses import dataclass
from time import monotonic, time


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
        self.last_failure: Failure | None = None
        self.last_delivery: float | None = None
        """Unix seconds."""

    def failed(self, reason: str, message: str) -> None:
        """Note an attempt that failed."""
        with self._lock:
            self.last_failure = Failure(time(), reason, message or reason)
            if self._failing_since is None:
                self._failing_since = monotonic()

    def note(self, reason: str, message: str) -> None:
        """Note a failure that did not keep the rest from arriving."""
        with self._lock:
            self.last_failure = Failure(time(), reason, message or reason)

    def delivered(self) -> None:
        """Note an attempt that succeeded."""
        with self._lock:
            self.last_delivery = time()
            self._failing_since = None

    @property
    def failing_for(self) -> float | None:
        """Seconds since the first of the failures that no delivery has followed."""
        since = self._failing_since
        return None if since is None else monotonic() - since
