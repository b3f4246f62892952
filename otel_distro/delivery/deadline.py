"""One moment by which everything is to end, shared by all that wait for it."""

from time import monotonic


class Deadline:
    """A number of seconds from now.

    Args:
        seconds: how long it lasts; `None` lasts for ever.
    """

    def __init__(self, seconds: float | None) -> None:
        self._end = None if seconds is None else monotonic() + seconds

    @property
    def remaining(self) -> float | None:
        """Seconds left, 0 when it has passed; `None` where it lasts for ever."""
        return None if self._end is None else max(self._end - monotonic(), 0.0)

    @property
    def passed(self) -> bool:
        """Whether it has passed."""
        return self.remaining == 0.0

    def earlier(self, seconds: float) -> "Deadline":
        """Return a deadline that ends some seconds before this one."""
        return Deadline(None if self.remaining is None else max(self.remaining - seconds, 0.0))
