"""Estimates how much memory a finished record holds, in the application's own call.

Only text counts, and of a nested value only its first elements: a look at each attribute is all
that a call may cost. The intake bounds what waits by it.
"""

from collections.abc import Iterable
from itertools import islice
from typing import Any, Final

from opentelemetry.attributes import BoundedAttributes
from opentelemetry.sdk._logs import ReadableLogRecord
from opentelemetry.sdk.trace import ReadableSpan

_SEQUENCES: Final = frozenset((tuple, list))
_MAPPINGS: Final = frozenset((dict, BoundedAttributes))
_CONTAINERS: Final = _SEQUENCES | _MAPPINGS
_MOST_ELEMENTS: Final = 64
_DEPTH: Final = 2


def weigh_span(span: ReadableSpan) -> int:
    """Return the characters of a span's attributes, and of those of its events."""
    weight = _attributes(span._attributes)  # pyright: ignore[reportPrivateUsage] - the property copies
    events: Any = span._events  # pyright: ignore[reportPrivateUsage] - as above
    return weight + sum(_attributes(event.attributes) for event in events) if events else weight


def weigh_log_record(readable: ReadableLogRecord) -> int:
    """Return the characters of a log record's body and attributes."""
    record = readable.log_record
    return _value(record.body, _DEPTH) + _attributes(record.attributes)


def _attributes(attributes: Any) -> int:
    if type(attributes) not in _MAPPINGS:
        return 0
    weight = 0
    for value in _values(attributes):
        kind: type = type(value)  # pyright: ignore[reportUnknownVariableType]
        if kind is str:
            weight += len(value)
        elif kind in _CONTAINERS:
            weight += _value(value, _DEPTH)
    return weight


def _value(value: Any, depth: int) -> int:
    kind: type = type(value)  # pyright: ignore[reportUnknownVariableType]
    if kind is str or kind is bytes:
        return len(value)
    if not depth or kind not in _CONTAINERS:
        return 0
    elements: Iterable[Any] = value if kind in _SEQUENCES else _values(value)
    return sum(_value(element, depth - 1) for element in islice(elements, _MOST_ELEMENTS))


def _values(mapping: Any) -> Iterable[Any]:
    """Return the values, taken at once, as another thread may change them; no key is compared."""
    return list(mapping.values()) if type(mapping) is dict else mapping.copy().values()  # pyright: ignore[reportUnknownArgumentType]
