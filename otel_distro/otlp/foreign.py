"""Takes an object of any type one step nearer to a value that OTLP can carry.

The rules, in their order: an enum stands for its value; a subclass of a plain type for its plain
value; mappings, sets and sequences for their elements; what numpy makes for the Python number or
list. numpy itself is not needed: its objects are known by their `dtype`.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from enum import Enum
from itertools import islice
from typing import Any, Final, cast

UNKNOWN: Final = object()
"""The answer for an object that has nothing to show but its `str`."""


def simplify(value: object, elements: int) -> object:
    """Return the object's value as `str`, `int`, `float`, `bytes`, `list` or `dict`, or `UNKNOWN`.

    Args:
        value: of none of these exact types.
        elements: the most that are taken out of a container.

    Raises:
        Exception: whatever the object's own methods raise.
    """
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str | int | float):
        return _scalar(value)
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(cast(bytes, value))
    if isinstance(value, Mapping):
        return first_items(cast(Mapping[Any, Any], value), elements)
    if isinstance(value, Set | Sequence):
        return list(islice(cast(Iterable[Any], value), elements))
    return _array(value, elements) if hasattr(value, "dtype") else UNKNOWN


def first_items(mapping: Mapping[Any, Any], elements: int) -> dict[Any, Any]:
    """Return a copy of the first items; it is made at once, as another thread may change them."""
    return dict(islice(mapping.items(), elements))


def _scalar(value: str | float) -> object:
    if isinstance(value, str):
        return str.__str__(value)
    return int.__int__(value) if isinstance(value, int) else float.__float__(value)


def _array(value: Any, elements: int) -> object:
    return value.tolist() if value.size <= elements else UNKNOWN
