"""One file of the spool: frames are appended, read in order, and marked when they are done.

Nothing is synced to the medium: what a process has written survives the process, not the machine.
Not safe for concurrent use: the spool of a signal holds a lock around each call.
"""

import os
import zlib
from bisect import insort
from contextlib import suppress
from pathlib import Path

from otel_distro.delivery.frames import DONE, MAGIC, Frame, encode_frame, frames_in

_PRIVATE = 0o600
_CLOSED = -1


class Segment:
    """A segment file; `create` and `found` make one.

    Args:
        path: of the file.
        token: of its owner.
        size: bytes of the file that hold whole frames.
    """

    def __init__(self, path: Path, token: str, size: int) -> None:
        self.path = path
        self.token = token
        self.size = size
        self.waiting = 0
        """Records in frames that are not done."""
        self.ready = 0
        """Of these, in frames that nobody has taken."""
        self.torn = False
        """Whether the file ends in something that is no whole frame."""
        self._descriptor = _CLOSED
        self._out: set[int] = set()
        self._unread: list[Frame] | None = None

    @classmethod
    def create(cls, path: Path, token: str) -> "Segment":
        """Create an empty segment.

        Raises:
            OSError: where the file cannot be made; none is left then.
        """
        segment = cls(path, token, 0)
        segment._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _PRIVATE)
        try:
            segment._write(MAGIC)
        except OSError:
            segment.delete()
            raise
        return segment

    @classmethod
    def found(cls, path: Path, token: str) -> "Segment":
        """Count what waits in a segment that a process left behind.

        A file that is no segment has nothing that waits and counts as torn.

        Raises:
            OSError: where it cannot be read now.
        """
        segment = cls(path, token, path.stat().st_size)
        end = 0
        if segment._read(0, len(MAGIC)) == MAGIC:
            end = len(MAGIC)
            for frame in frames_in(segment._read, segment.size):
                segment.waiting += 0 if frame.done else frame.items
                end = frame.end
        segment.ready = segment.waiting
        segment.torn = end != segment.size
        segment.close()
        return segment

    def append(self, payload: bytes, items: int, *, held: bool = False) -> Frame:
        """Append a frame.

        Args:
            payload: an OTLP export request.
            items: records in it.
            held: whether it is in flight already, so that it is not read until released.

        Raises:
            OSError: where it cannot be written whole; the segment is as before then.
        """
        frame = Frame(self.size, len(payload), items, zlib.crc32(payload))
        self._write(encode_frame(payload, items))
        self.waiting += items
        if held:
            self._out.add(frame.offset)
        else:
            self.ready += items
            if self._unread is not None:
                self._unread.append(frame)
        return frame

    def take(self, items: int, size: int) -> list[tuple[Frame, bytes | None]]:
        """Take the next frames, in order: at least one if any is ready, then while both bounds hold.

        A frame that is no longer what was written comes without payload. One that cannot be read now
        is left, with those behind it.

        Raises:
            OSError: where the first cannot be read now; nothing was taken then.
        """
        if self._unread is None:
            self._unread = self._load()
        taken: list[tuple[Frame, bytes | None]] = []
        while self._unread:
            head = self._unread[0]
            items -= head.items
            size -= head.length
            if taken and (items < 0 or size < 0):
                break
            try:
                payload = self._payload(head)
            except OSError:
                if taken:
                    break
                raise
            taken.append((head, payload))
            del self._unread[0]
            self._out.add(head.offset)
            self.ready -= head.items
        return taken

    def release(self, frame: Frame) -> None:
        """Let a frame that was taken or held be read again, in its place."""
        self._out.discard(frame.offset)
        self.ready += frame.items
        if self._unread is not None:
            insort(self._unread, frame)

    def done(self, frame: Frame) -> None:
        """Mark a frame that was taken or held, so that no process sends it again."""
        self._out.discard(frame.offset)
        self.waiting -= frame.items
        # Where that fails, the worst is that another process sends it once more.
        with suppress(OSError):
            os.pwrite(self._open(), DONE, frame.state_offset)

    @property
    def removed(self) -> bool:
        """Whether somebody has removed the file; while it is open it can be read all the same."""
        try:
            self.path.stat()
        except OSError as error:
            # Where the disk cannot tell now, it is there.
            return isinstance(error, FileNotFoundError)
        return False

    def close(self) -> None:
        """Close the file until it is needed again."""
        if self._descriptor != _CLOSED:
            os.close(self._descriptor)
            self._descriptor = _CLOSED

    def delete(self) -> None:
        """Remove the file."""
        self.close()
        # Where that fails, its frames are marked as done all the same.
        with suppress(OSError):
            self.path.unlink(missing_ok=True)

    def _load(self) -> list[Frame]:
        frames = frames_in(self._read, self.size)
        return [frame for frame in frames if not frame.done and frame.offset not in self._out]

    def _payload(self, frame: Frame) -> bytes | None:
        payload = self._read(frame.payload_offset, frame.length)
        return payload if frame.intact(payload) else None

    def _open(self) -> int:
        if self._descriptor == _CLOSED:
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)
        return self._descriptor

    def _read(self, offset: int, count: int) -> bytes:
        return os.pread(self._open(), count, offset)

    def _write(self, data: bytes) -> None:
        """Append bytes whole or not at all."""
        descriptor = self._open()
        written = 0
        try:
            while written < len(data):
                written += os.pwrite(descriptor, data[written:], self.size + written)
        except OSError:
            os.ftruncate(descriptor, self.size)
            raise
        self.size += written
