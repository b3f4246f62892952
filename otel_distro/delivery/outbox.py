"""What one signal has in memory: the queue, the request in flight, and what moves to disk.

Three parties meet here: whoever submits, the sender, and the keeper. All of them hold the lock for
moments only: none sends, reads or writes a file under it.
"""

import threading
from collections.abc import Callable, Generator, Iterable
from contextlib import contextmanager

from otel_distro.delivery.batch import Batch
from otel_distro.delivery.deadline import Deadline
from otel_distro.delivery.flight import Flight, flight_of
from otel_distro.delivery.queue import ByteQueue


class Outbox:
    """The memory of one signal.

    Args:
        limit: bytes that may wait.
        wake_keeper: called when something begins to wait, and with `True` when the queue fills.
    """

    def __init__(self, limit: int, wake_keeper: Callable[[bool], None]) -> None:
        self._wake_keeper = wake_keeper
        self._changed = threading.Condition()
        self._queue = ByteQueue(limit)
        self._flight: Flight | None = None
        self._moving = 0
        self._version = 0
        self._stopped = False

    def offer(self, batch: Batch) -> bool:
        """Append a batch; answer whether there was room."""
        with self._changed:
            first = not self._queue
            if self._stopped or not self._queue.offer(batch):
                return False
            crowded = self._queue.crowded
            self._change()
        if first or crowded:
            self._wake_keeper(crowded)
        return True

    def wait_for_room(self, deadline: Deadline) -> None:
        """Wait until at most half of the bytes are in use."""
        with self._changed:
            while self._queue.crowded and not (self._stopped or deadline.passed):
                self._changed.wait(deadline.remaining)

    def depart(self, items: int, size: int) -> Flight | None:
        """Take a request from the queue; `None` where it is empty."""
        with self._changed:
            batches = self._queue.take(items, size)
            self._flight = flight_of(batches) if batches and not self._stopped else None
            if self._stopped:
                self._queue.put_back(batches)
            return self._flight

    def depart_with(self, flight: Flight) -> bool:
        """Note a request that was made elsewhere; answer whether it may go."""
        with self._changed:
            if self._stopped:
                return False
            self._flight = flight
            return True

    def land(self, flight: Flight) -> bool:
        """Begin to deal with a request's outcome; answer whether it still matters."""
        with self._changed:
            while flight.keeping:
                self._changed.wait()
            flight.landing = not flight.abandoned
            return flight.landing

    def landed(self, returned: Iterable[Batch] = ()) -> None:
        """End the request in flight; what was not delivered returns to the front."""
        with self._changed:
            self._queue.put_back(returned)
            self._flight = None
            self._change()

    def abandon(self) -> tuple[list[Batch], Flight | None]:
        """Stop for good; return what waits in memory, and the request whose outcome is not known."""
        with self._changed:
            self._stopped = True
            self._change()
            while self._flight and (self._flight.landing or self._flight.keeping):
                self._changed.wait()
            flight, self._flight = self._flight, None
            if flight:
                flight.abandoned = True
            return self._queue.take_all(), flight

    @contextmanager
    def fetching(self) -> Generator[None]:
        """Not be empty while a request is fetched from disk: it is in neither place then."""
        with self._changed:
            self._moving += 1
        try:
            yield
        finally:
            self.moved(())

    def overdue(self, moment: float) -> list[Batch]:
        """Take the batches that are to be written to disk; `moved` ends what this begins.

        Args:
            moment: monotonic; batches born before it are due, and all where the queue fills.
        """
        with self._changed:
            batches = self._queue.take_all() if self._queue.crowded else self._queue.take_born_before(moment)
            self._moving += bool(batches)
            return batches

    def moved(self, left: Iterable[Batch]) -> None:
        """End a move to disk; what found no room returns to the front."""
        with self._changed:
            self._queue.put_back(left)
            self._moving -= 1
            self._change()

    def overdue_flight(self, moment: float) -> Flight | None:
        """Return a request that is in flight since before a moment and only in memory.

        It cannot land until `kept` is called.
        """
        with self._changed:
            flight = self._flight
            if flight is None or flight.landing or flight.kept or not flight.memory:
                return None
            if flight.batch.born >= moment:
                return None
            flight.keeping = True
            return flight

    def kept(self, flight: Flight) -> None:
        """Let a request land again."""
        with self._changed:
            flight.keeping = False
            self._change()

    @property
    def waiting(self) -> bool:
        """Whether a batch is in the queue."""
        return bool(self._queue)

    @property
    def flying(self) -> bool:
        """Whether a request is in flight."""
        return self._flight is not None

    @property
    def empty(self) -> bool:
        """Whether nothing is in memory, in flight or on its way to disk."""
        with self._changed:
            return not self._queue and self._flight is None and not self._moving

    @property
    def stopped(self) -> bool:
        """Whether nothing is sent any more."""
        return self._stopped

    @property
    def version(self) -> int:
        """A number that grows with each change; see `wait`."""
        return self._version

    def wait(self, version: int, timeout: float | None) -> None:
        """Wait until something changes after a version was read, or for some seconds."""
        with self._changed:
            if self._version == version:
                self._changed.wait(timeout)

    def notify(self) -> None:
        """Wake who waits: something changed elsewhere."""
        with self._changed:
            self._change()

    def _change(self) -> None:
        self._version += 1
        self._changed.notify_all()
