"""Writes protobuf's wire format, as far as OTLP needs it.

The lowest layer of the encoders: nothing here knows a message. A tag is one byte, since every OTLP
field number but one is below 16.
https://protobuf.dev/programming-guides/encoding/
"""

from struct import Struct
from typing import Final

_SIXTY_FOUR_BITS: Final = (1 << 64) - 1
_TABLE_SIZE: Final = 2048

MAX_FIXED64: Final = _SIXTY_FOUR_BITS
MIN_INT64: Final = -(1 << 63)
MAX_INT64: Final = (1 << 63) - 1
MAX_UINT32: Final = (1 << 32) - 1

tagged_double: Final = Struct("<Bd").pack
tagged_fixed32: Final = Struct("<BI").pack
tagged_fixed64: Final = Struct("<BQ").pack
tagged_sfixed64: Final = Struct("<Bq").pack


def _varint(number: int) -> bytes:
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


VARINTS: Final = tuple(_varint(number) for number in range(_TABLE_SIZE))
"""The varints of small numbers; nearly every length and count is one of them."""


def varint(number: int) -> bytes:
    """Encode a non-negative number of at most 64 bits."""
    return VARINTS[number] if number < _TABLE_SIZE else _varint(number)


def int64(number: int) -> bytes:
    """Encode a signed number of 64 bits; a negative one takes ten bytes."""
    return varint(number & _SIXTY_FOUR_BITS)


def sint32(number: int) -> bytes:
    """Encode a signed number of 32 bits in zigzag form.

    Raises:
        OverflowError: where it has more bits; such a number would become another one.
    """
    if not -(1 << 31) <= number < 1 << 31:
        raise OverflowError(f"{number} has more than 32 bits")
    return varint((number << 1) ^ (number >> 31))


def delimited(tag: bytes, content: bytes) -> bytes:
    """Encode a field that holds bytes: text, a message, packed numbers."""
    return tag + varint(len(content)) + content
