"""Splits an export request in two without decoding what it holds.

For a request that a server refuses as too large (HTTP 413): its halves may pass. Only the borders
of fields are read, and whatever a group says of its resource or scope stands in both halves.
https://opentelemetry.io/docs/specs/otlp/#failures-1
"""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from otel_distro.otlp.wire import delimited, varint

Signal = Literal["traces", "metrics", "logs"]

_Path = tuple[frozenset[int], ...]

_GROUPS: Final = frozenset((1,))
_SCOPES_OR_ITEMS: Final = frozenset((2,))
_KINDS_OF_DATA: Final = frozenset((5, 7, 9, 10, 11))
_ITEMS: Final[_Path] = (_GROUPS, _SCOPES_OR_ITEMS, _SCOPES_OR_ITEMS)
_POINTS: Final[_Path] = (*_ITEMS, _KINDS_OF_DATA, frozenset((1,)))
_LENGTH: Final = 2
_FIXED_SIZES: Final = {1: 8, 5: 4}
_LONGEST_VARINT: Final = 10


class _Field(NamedTuple):
    number: int
    whole: memoryview
    content: memoryview | None


def split(payload: bytes, signal: Signal) -> list[bytes]:
    """Split an export request into two of about equal size.

    Args:
        payload: the request.
        signal: what it holds. Metrics are split between data points, the others between items.

    Returns:
        Two requests, which hold the items in their order; the payload alone where it has fewer than
        two items, or is no export request.
    """
    path = _POINTS if signal == "metrics" else _ITEMS
    data = memoryview(payload)
    try:
        sizes = list(_sizes(data, path))
        if len(sizes) < 2:
            return [payload]
        first = _half(sizes)
        halves = [_select(data, path, (index < first for index in range(len(sizes))))]
        halves.append(_select(data, path, (index >= first for index in range(len(sizes)))))
    except ValueError:
        return [payload]
    return [half for half in halves if half]


def _sizes(message: memoryview, path: _Path) -> Iterator[int]:
    """Yield the size of each item that the path leads to."""
    for field in _fields(message):
        if field.content is None or field.number not in path[0]:
            continue
        if len(path) == 1:
            yield len(field.whole)
        else:
            yield from _sizes(field.content, path[1:])


def _half(sizes: list[int]) -> int:
    """Return how many items make the first half: at least one, and not all."""
    rest = sum(sizes) / 2
    for index, size in enumerate(sizes[:-1]):
        rest -= size
        if rest <= 0:
            return index + 1
    return len(sizes) - 1


def _select(message: memoryview, path: _Path, chosen: Iterator[bool]) -> bytes:
    """Return the message with the chosen items only; empty where it has none of them."""
    parts: list[bytes | memoryview] = []
    empty = True
    for field in _fields(message):
        if field.content is None or field.number not in path[0]:
            parts.append(field.whole)
        elif len(path) == 1:
            if next(chosen):
                parts.append(field.whole)
                empty = False
        elif inner := _select(field.content, path[1:], chosen):
            parts.append(delimited(varint(field.number << 3 | _LENGTH), inner))
            empty = False
    return b"" if empty else b"".join(parts)


def _fields(message: memoryview) -> Iterator[_Field]:
    """Yield the fields of a message.

    Raises:
        ValueError: where the bytes are no message.
    """
    start = 0
    while start < len(message):
        tag, after_tag = _varint(message, start)
        content, end = _content(message, after_tag, tag & 7)
        if end > len(message):
            raise ValueError("a field ends beyond its message")
        yield _Field(tag >> 3, message[start:end], None if content is None else message[content:end])
        start = end


def _content(message: memoryview, start: int, kind: int) -> tuple[int | None, int]:
    """Return where a field's own bytes start, if it is of that kind, and where it ends."""
    if kind == _LENGTH:
        length, content = _varint(message, start)
        return content, content + length
    if kind == 0:
        return None, _varint(message, start)[1]
    if kind in _FIXED_SIZES:
        return None, start + _FIXED_SIZES[kind]
    raise ValueError(f"wire type {kind}")


def _varint(message: memoryview, start: int) -> tuple[int, int]:
    number = 0
    for index, byte in enumerate(message[start : start + _LONGEST_VARINT]):
        number |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            return number, start + index + 1
    raise ValueError("a number does not end")
