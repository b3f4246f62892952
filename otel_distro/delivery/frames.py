"""The spool's file format.

A segment file is a header of 8 bytes, `OTLPSPL1`, and then frames one after the other:

| bytes | holds |
|---|---|
| 4 | length of the payload, little-endian |
| 4 | records in it, little-endian |
| 4 | CRC-32 of the two numbers and the payload |
| 1 | state: 0 waiting, 1 done; the only byte that is ever changed |
| length | the payload, an OTLP export request |

A frame that was cut off by a crash, or whose length cannot be true, ends the segment: what is
before it is intact. A frame whose payload does not match its CRC is skipped.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MAGIC = b"OTLPSPL1"
DONE = b"\x01"
LONGEST_PAYLOAD = 64 * 1024 * 1024

_HEADER = struct.Struct("<IIIB")
_NUMBERS = struct.Struct("<II")
_STATE_AT = 12

HEADER_BYTES = _HEADER.size


@dataclass(frozen=True, slots=True, order=True)
class Frame:
    """Where a frame lies in its segment, and what it holds.

    Args:
        offset: of its first byte, in the file.
        length: bytes of payload.
        items: records in the payload.
        checksum: CRC-32 as written.
        done: whether it needs no more sending.
    """

    offset: int
    length: int
    items: int
    checksum: int
    done: bool = False

    @property
    def state_offset(self) -> int:
        """Where its state byte lies, in the file."""
        return self.offset + _STATE_AT

    @property
    def payload_offset(self) -> int:
        """Where its payload begins, in the file."""
        return self.offset + HEADER_BYTES

    @property
    def end(self) -> int:
        """Where the next frame begins, in the file."""
        return self.payload_offset + self.length

    def intact(self, payload: bytes) -> bool:
        """Whether a payload is the one that was written."""
        return len(payload) == self.length and _checksum(self.items, payload) == self.checksum


def encode_frame(payload: bytes, items: int) -> bytes:
    """Return a frame that waits to be sent."""
    return _HEADER.pack(len(payload), items, _checksum(items, payload), 0) + payload


def frame_written(offset: int, encoded: bytes) -> Frame:
    """Return the frame that lies at an offset after its encoded form was written there."""
    length, items, checksum, state = _HEADER.unpack_from(encoded)
    return Frame(offset, length, items, checksum, state != 0)


def frames_in(read: Callable[[int, int], bytes], size: int, offset: int = len(MAGIC)) -> Iterator[Frame]:
    """Yield the frames of a segment by their headers alone, up to its end or the first torn one.

    Args:
        read: returns bytes of the file, by offset and count; fewer at its end.
        size: bytes in the file.
        offset: of the first frame looked at.
    """
    while offset + HEADER_BYTES <= size:
        header = read(offset, HEADER_BYTES)
        if len(header) < HEADER_BYTES:
            return
        frame = frame_written(offset, header)
        if not _plausible(frame) or frame.end > size:
            return
        yield frame
        offset = frame.end


def _plausible(frame: Frame) -> bool:
    # The smallest record takes two bytes, so a greater count is not one that we wrote.
    return 0 < frame.length <= LONGEST_PAYLOAD and 2 * frame.items <= frame.length


def _checksum(items: int, payload: bytes) -> int:
    return zlib.crc32(payload, zlib.crc32(_NUMBERS.pack(len(payload), items)))
