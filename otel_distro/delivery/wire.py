"""Reads protobuf's wire format, as far as answers and counts need it.

Whatever comes from a socket or a disk is untrusted: every read is bounded, and what is not
protobuf raises `MalformedMessageError`.
https://protobuf.dev/programming-guides/encoding/
"""

from collections.abc import Iterator
from typing import Final

VARINT: Final = 0
FIXED64: Final = 1
LENGTH: Final = 2
FIXED32: Final = 5

_LONGEST_VARINT = 10


class MalformedMessageError(ValueError):
    """The bytes are not a protobuf message."""


def fields(data: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Yield each field of a message: its number, and its varint or its bytes.

    Raises:
        MalformedMessageError: where the bytes end early or are no protobuf.
    """
    position = 0
    while position < len(data):
        tag, position = _varint(data, position)
        value, position = _value(data, position, tag & 7)
        if tag < 8:
            raise MalformedMessageError("field number 0")
        yield tag >> 3, value


def messages(data: memoryview, number: int) -> Iterator[memoryview]:
    """Yield the bytes of each field with a number that holds bytes."""
    for found, value in fields(data):
        if found == number and isinstance(value, memoryview):
            yield value


def _value(data: memoryview, position: int, kind: int) -> tuple[int | memoryview, int]:
    if kind == VARINT:
        return _varint(data, position)
    if kind == LENGTH:
        size, position = _varint(data, position)
    elif kind == FIXED64:
        size = 8
    elif kind == FIXED32:
        size = 4
    else:
        raise MalformedMessageError(f"wire type {kind}")
    end = position + size
    if end > len(data):
        raise MalformedMessageError("ends early")
    return data[position:end], end


def _varint(data: memoryview, position: int) -> tuple[int, int]:
    value = 0
    for index in range(_LONGEST_VARINT):
        if position >= len(data):
            raise MalformedMessageError("ends early")
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, position
    raise MalformedMessageError("varint without end")
