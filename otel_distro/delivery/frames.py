"""The spool's file format.

A segment file is a header of 8 bytes, `OTLPSPL1`, and then frames one after the other:

| bytes | holds |
|---|---|
| 4 | length of the payload, little-endian |
| 4 | records in it, little-endian |
| 4 | CRC-32 of the payload |
| 4 | CRC-32 of the three numbers |
| 1 | state: 0 waiting, 1 done; the only byte that is ever changed |
| length | the payload, an OTLP export request |

A frame that was cut off by a crash, or whose numbers do not match their CRC, ends the segment: what
is before it is intact. A frame whose payload does not match its CRC is skipped.
"""

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

MAGIC = b"OTLPSPL1"
DONE = b"\x01"

_NUMBERS = struct.Struct("<III")
_CHECK = struct.Struct("<IB")
_STATE_AT = _NUMBERS.size + 4

HEADER_BYTES = _NUMBERS.size + _CHECK.size


@dataclass(frozen=True, slots=True, order=True)
class Frame:
    """Where a frame lies in its segment, and what it holds.

    Args:
        offset: of its first byte, in the file.
        length: bytes of payload.
        items: records in the payload.
        checksum: CRC-32 of the payload as written.
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
        return len(payload) == self.length and zlib.crc32(payload) == self.checksum


def encode_frame(payload: bytes, items: int) -> bytes:
    """Return a frame that waits to be sent."""
    numbers = _NUMBERS.pack(len(payload), items, zlib.crc32(payload))
    return numbers + _CHECK.pack(zlib.crc32(numbers), 0) + payload


def decode_header(offset: int, header: bytes) -> Frame | None:
    """Return the frame whose encoded form begins with some bytes, or `None` where it is none.

    Args:
        offset: at which they lie, in the file.
        header: at least `HEADER_BYTES` of it.
    """
    if len(header) < HEADER_BYTES:
        return None
    numbers = header[: _NUMBERS.size]
    check, state = _CHECK.unpack_from(header, _NUMBERS.size)
    if zlib.crc32(numbers) != check:
        return None
    length, items, checksum = _NUMBERS.unpack(numbers)
    return Frame(offset, length, items, checksum, state != 0)


def frames_in(read: Callable[[int, int], bytes], size: int, offset: int = len(MAGIC)) -> Iterator[Frame]:
    """Yield the frames of a segment by their headers alone, up to its end or the first torn one.

    Args:
        read: returns bytes of the file, by offset and count; fewer at its end.
        size: bytes in the file.
        offset: of the first frame looked at.
    """
    while offset + HEADER_BYTES <= size:
        frame = decode_header(offset, read(offset, HEADER_BYTES))
        if frame is None or frame.end > size:
            return
        yield frame
        offset = frame.end
