"""How much goes into one request, and how fast the spool is sent again."""

from otel_distro.delivery.settings import DeliverySettings

_SLOW = 1.0
_LARGER_WHERE_SLOW = 16
_BURST = 1.0
_TAKEN_BEFORE_LARGER = 16


class Pace:
    """Bounds of the next request, from how long the last one took.

    A request holds few records, since all of it may arrive twice. Where a server takes seconds to
    answer, that would be fewer than come in: then it holds more.

    Args:
        settings: the bounds.
    """

    def __init__(self, settings: DeliverySettings) -> None:
        self._items = settings.request_items
        self._rate = settings.replay_bytes_per_second
        self.items = settings.request_items
        self.bytes = settings.request_bytes
        self._bytes = settings.request_bytes
        self._taken = 0
        self._replay_from = 0.0
        self._blocked_until = 0.0

    def answered(self, seconds: float) -> None:
        """Note how long a server took to answer."""
        self.items = self._items * (_LARGER_WHERE_SLOW if seconds > _SLOW else 1)

    def unanswered(self, items: int) -> None:
        """Note that a request may have arrived: the next one holds no more, so that no more arrives twice."""
        self.items = min(self._items, max(items, 1))

    def too_large(self, size: int) -> None:
        """Note that a server takes no request of this many bytes, so that the next ones are smaller."""
        self.bytes = min(self.bytes, max(size // 2, 1))
        self._taken = 0

    def taken(self) -> None:
        """Note that a server took a request: after some they grow again, as a refusal may have passed."""
        self._taken += 1
        if self._taken >= _TAKEN_BEFORE_LARGER:
            self._taken = 0
            self.bytes = min(self.bytes * 2, self._bytes)

    def replayed(self, size: int, now: float) -> None:
        """Note that bytes of the spool were sent."""
        self._replay_from = max(self._replay_from, now - _BURST) + size / self._rate

    def block_replay(self, until: float) -> None:
        """Leave the spool alone until a monotonic moment, come what may."""
        self._blocked_until = until

    def replay_pause(self, now: float, *, hurry: bool) -> float:
        """Return the seconds until the spool may be read again.

        Args:
            now: monotonic.
            hurry: whether the process ends, so that the rate is no matter.
        """
        return max(self._blocked_until if hurry else max(self._replay_from, self._blocked_until), now) - now
