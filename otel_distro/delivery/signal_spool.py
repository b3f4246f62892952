"""What one signal has on disk: segments in the order in which they were begun.

Safe for its two threads: the keeper appends, the sender takes and settles.
"""

import threading
from bisect import insort
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import time_ns

from otel_distro.delivery.account import Account
from otel_distro.delivery.batch import Batch
from otel_distro.delivery.frames import HEADER_BYTES, MAGIC, Frame
from otel_distro.delivery.quota import SEGMENT
from otel_distro.delivery.segment import Segment
from otel_distro.delivery.settings import Signal

SEGMENT_BYTES = 1024 * 1024
"""A segment that has grown past this is followed by a new one."""


@dataclass(frozen=True)
class Kept:
    """Frames on disk that are in flight.

    Args:
        places: each frame with its segment.
        batch: their payloads, joined.
    """

    places: Sequence[tuple[Segment, Frame]]
    batch: Batch


class SignalSpool:
    """The segments of one signal that this process looks after.

    Args:
        signal: whose records.
        account: records move to disk and off it there.
    """

    def __init__(self, signal: Signal, account: Account) -> None:
        self._signal: Signal = signal
        self._account = account
        self._lock = threading.Lock()
        self._segments: list[Segment] = []
        self._current: Segment | None = None

    @property
    def ready(self) -> int:
        """Records on disk that are not in flight."""
        with self._lock:
            return sum(segment.ready for segment in self._segments)

    def append(self, batch: Batch, name: Callable[[str], Path], token: str, room: int) -> int:
        """Write a batch to disk.

        Args:
            batch: its records move from queued to spooled.
            name: makes a path of a file name.
            token: of this process.
            room: bytes that may be written.

        Returns:
            The bytes written; 0 where there is no room.

        Raises:
            OSError: where it cannot be written.
        """
        kept = self._append(batch, name, token, room, held=False)
        return 0 if kept is None else _bytes(batch)

    def hold(self, batch: Batch, name: Callable[[str], Path], token: str, room: int) -> Kept | None:
        """Write a batch that is in flight; see `append`. It is not taken until it is settled."""
        return self._append(batch, name, token, room, held=True)

    def take(self, items: int, size: int) -> Kept | None:
        """Take the oldest frames that can be read, up to both bounds; at least one.

        Raises:
            OSError: where some are ready, and none can be read now.
        """
        unread: OSError | None = None
        with self._lock:
            for segment in list(self._segments):
                try:
                    while segment.ready:
                        kept = self._take(segment, items, size)
                        if kept:
                            return kept
                except OSError as error:
                    if segment.removed:
                        self._lose_rest(segment, "spool_removed")
                        self._tidy(segment)
                    else:
                        unread = error
        if unread:
            raise unread
        return None

    def done(self, kept: Kept) -> None:
        """Forget frames that need no more sending; the account is the caller's."""
        with self._lock:
            for segment, frame in kept.places:
                segment.done(frame)
            for segment in {id(segment): segment for segment, _ in kept.places}.values():
                self._tidy(segment)

    def release(self, kept: Kept) -> None:
        """Let frames be taken again."""
        with self._lock:
            for segment, frame in kept.places:
                segment.release(frame)

    def adopt(self, segment: Segment) -> None:
        """Look after a segment of a process that is gone; its records become ours."""
        if not segment.waiting:
            segment.delete()
            return
        self._account.recover(self._signal, segment.waiting)
        with self._lock:
            insort(self._segments, segment, key=_age)

    def tokens(self) -> set[str]:
        """Return whose segments there are."""
        with self._lock:
            return {segment.token for segment in self._segments}

    def close(self) -> None:
        """Close all files; they stay for another process, and one that was removed is gone now."""
        with self._lock:
            for segment in self._segments:
                if segment.removed:
                    self._lose_rest(segment, "spool_removed")
                segment.close()

    def _append(
        self, batch: Batch, name: Callable[[str], Path], token: str, room: int, *, held: bool
    ) -> Kept | None:
        with self._lock:
            segment = self._current
            if _bytes(batch) > room:
                return None
            if segment is None or segment.removed:
                path = name(f"{time_ns():020d}.{token}.{self._signal}{SEGMENT}")
                segment = self._current = Segment.create(path, token)
                self._segments.append(segment)
            frame = segment.append(batch.payload, batch.items, held=held)
            self._account.spool(self._signal, batch.items)
            if segment.size >= SEGMENT_BYTES:
                self._current = None
                segment.close()
            return Kept([(segment, frame)], batch)

    def _take(self, segment: Segment, items: int, size: int) -> Kept | None:
        places: list[tuple[Segment, Frame]] = []
        payloads: list[bytes] = []
        found = segment.take(items, size)
        for frame, payload in found:
            if payload is None:
                self._lose(segment, frame)
            else:
                places.append((segment, frame))
                payloads.append(payload)
        if not found:
            self._lose_rest(segment, "spool_corrupt")
        self._tidy(segment)
        if not places:
            return None
        return Kept(places, Batch(b"".join(payloads), sum(frame.items for _, frame in places)))

    def _lose(self, segment: Segment, frame: Frame) -> None:
        self._account.drop(self._signal, frame.items, "spool_corrupt", "spooled")
        segment.done(frame)

    def _lose_rest(self, segment: Segment, reason: str) -> None:
        """Give up the records of a file that somebody removed or cut short while we looked after it."""
        self._account.drop(self._signal, segment.ready, reason, "spooled")
        segment.waiting -= segment.ready
        segment.ready = 0

    def _tidy(self, segment: Segment) -> None:
        if segment.waiting == 0 and segment in self._segments:
            self._segments.remove(segment)
            segment.delete()
            if segment is self._current:
                self._current = None


def _bytes(batch: Batch) -> int:
    return len(MAGIC) + HEADER_BYTES + len(batch.payload)


def _age(segment: Segment) -> str:
    return segment.path.name
