"""What waits in memory: a first-in-first-out queue of encoded batches, bounded by their bytes.

It has no lock of its own: the sender that owns it holds one around each call.
"""

from collections import deque
from collections.abc import Iterable

from otel_distro.delivery.batch import Batch


class ByteQueue:
    """Holds batches, oldest first, up to a number of bytes.

    Args:
        limit: bytes of payload that may wait. An empty queue takes one batch of any size.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._batches: deque[Batch] = deque()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._batches)

    def offer(self, batch: Batch) -> bool:
        """Append a batch; answer whether there was room."""
        if self._batches and self.bytes + len(batch.payload) > self._limit:
            return False
        self._batches.append(batch)
        self.bytes += len(batch.payload)
        return True

    def put_back(self, batches: Iterable[Batch]) -> None:
        """Return batches, in their order, to the front. They were counted once: no bound applies."""
        for batch in reversed(list(batches)):
            self._batches.appendleft(batch)
            self.bytes += len(batch.payload)

    def take(self, items: int, size: int) -> list[Batch]:
        """Remove batches from the front: at least one, then while both bounds hold.

        Args:
            items: the most records together.
            size: the most bytes together.
        """
        taken: list[Batch] = []
        while self._batches:
            head = self._batches[0]
            items -= head.items
            size -= len(head.payload)
            if taken and (items < 0 or size < 0):
                break
            taken.append(self._pop())
        return taken

    def take_born_before(self, moment: float) -> list[Batch]:
        """Remove the batches at the front that were born before a monotonic moment."""
        taken: list[Batch] = []
        while self._batches and self._batches[0].born < moment:
            taken.append(self._pop())
        return taken

    def take_all(self) -> list[Batch]:
        """Remove all batches."""
        taken = list(self._batches)
        self._batches.clear()
        self.bytes = 0
        return taken

    @property
    def crowded(self) -> bool:
        """Whether more than half of the bytes are in use."""
        return self.bytes * 2 > self._limit

    def _pop(self) -> Batch:
        batch = self._batches.popleft()
        self.bytes -= len(batch.payload)
        return batch
