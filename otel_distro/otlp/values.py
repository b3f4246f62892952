"""Makes an application's values safe: bounded, free of cycles, of types that OTLP can carry.

Used on both sides of the SDK: by the encoders, for what reaches them, and by `surface.py`, before
the SDK sees it. A value that cannot be kept is replaced by one that says so, and counted. Nothing
raises, and no container is read further than its bound.
https://opentelemetry.io/docs/specs/otel/common/#attribute-limits
"""

from types import MappingProxyType
from typing import Any, Final, TypeAlias, TypeVar, cast

from opentelemetry.attributes import BoundedAttributes

from otel_distro.failsafe import CONTAINED
from otel_distro.otlp.foreign import UNKNOWN, first_items, simplify
from otel_distro.otlp.limits import DEFAULT_LIMITS, ValueLimits
from otel_distro.otlp.text import cut, shown, type_name, without_surrogates
from otel_distro.otlp.wire import MAX_INT64, MIN_INT64

PlainValue: TypeAlias = "bool | int | float | str | bytes | list[PlainValue] | dict[str, PlainValue] | None"
"""What OTLP can carry, as exact types; integers of 64 bits, all else within the limits."""

CYCLE: Final = "<contains itself>"
TOO_DEEP: Final = "<nested too deeply>"
LEFT_OUT: Final = "<more left out>"
_SHORT_TEXT: Final = 256
_LONGEST_INTEGER: Final = 1024
_CONTAINERS: Final = frozenset((list, tuple, dict))
_COPIED_AT_ONCE: Final = frozenset((dict, BoundedAttributes, MappingProxyType))
_T = TypeVar("_T")


class Sanitiser:
    """Makes the values of one item after another safe, and counts those it had to replace.

    Args:
        limits: the bounds on the values of one item.
    """

    __slots__ = ("_elements_left", "_limits", "_path", "_text_left", "replaced")

    def __init__(self, limits: ValueLimits = DEFAULT_LIMITS) -> None:
        self.replaced = 0
        self._limits = limits
        self._path: set[int] = set()
        self.begin_item()

    def begin_item(self) -> None:
        """Give the next item the whole of its bounds."""
        self._elements_left = self._limits.elements
        self._text_left = self._limits.item_text

    def value(self, value: object) -> PlainValue:
        """Return a safe value in the place of any object."""
        try:
            return self._value(value, self._limits.depth)
        except CONTAINED:  # a foreign container may raise anything
            self._path.clear()
            return self._replace(f"<{type_name(value)} that cannot be read>")

    def text(self, value: object) -> str:
        """Return bounded text in the place of any object; surrogates are left to `utf8`."""
        if not issubclass(type(value), str):
            value = self._as_text(value)
        return self._text(str.__str__(cast(str, value)))

    def utf8(self, value: object) -> bytes:
        """Return the bytes of a text, or of the text in the place of any object."""
        text = self.text(value)
        try:
            return text.encode()
        except UnicodeEncodeError:
            return self._replace(without_surrogates(text)).encode()

    def attributes(self, attributes: Any) -> tuple[dict[Any, object], int]:
        """Return a copy of a set of attributes, and how many are beyond the bound and not in it."""
        if attributes is None:
            return {}, 0
        most = self._limits.elements
        try:
            copied: Any = attributes.copy() if type(attributes) in _COPIED_AT_ONCE else None
            if not isinstance(copied, dict):
                copied = first_items(attributes, most + 1)
            bounded = cast(dict[Any, object], copied)
        except CONTAINED:  # a foreign mapping may raise anything
            return self._replace({}), 0
        beyond = len(bounded) - most
        if beyond <= 0:
            return bounded, 0
        self.replaced += beyond
        return first_items(bounded, most), beyond

    def whole(self, number: Any, highest: int) -> int:
        """Return a whole number between 0 and a bound in the place of any object."""
        if type(number) is int and 0 <= number <= highest:
            return number
        try:
            within = min(max(int(number), 0), highest)
            return within if isinstance(number, int) and within == number else self._replace(within)
        except CONTAINED:  # a foreign number may raise anything
            return self._replace(0)

    def _replace(self, replacement: _T) -> _T:
        self.replaced += 1
        return replacement

    def _as_text(self, value: object) -> str:
        """Show an object by its safe value, as a container's own `str` knows no bound; count it once."""
        replaced = self.replaced
        plain = self.value(value)
        self.replaced = max(self.replaced, replaced + 1)
        return plain.decode(errors="replace") if isinstance(plain, bytes) else str(plain)

    def _value(self, value: object, depth: int) -> PlainValue:
        kind = type(value)
        if value is None or kind is bool or kind is float:
            return cast(PlainValue, value)
        if kind is str:
            return self._text(cast(str, value))
        if kind is int:
            return self._integer(cast(int, value))
        if kind is bytes:
            return self._bytes(cast(bytes, value))
        return self._nested(value, depth)

    def _nested(self, value: object, depth: int) -> PlainValue:
        identity = id(value)
        if identity in self._path:
            return self._replace(CYCLE)
        if depth == 0:
            return self._replace(TOO_DEEP)
        self._path.add(identity)
        try:
            return self._contents(value, depth - 1)
        finally:
            self._path.discard(identity)

    def _contents(self, value: object, depth: int) -> PlainValue:
        known = type(value) in _CONTAINERS
        simple = value if known else simplify(value, self._elements_left + 1)
        if simple is UNKNOWN:
            return self._text(self._replace(shown(value)))
        if isinstance(simple, dict):
            return self._mapping(cast(dict[Any, Any], simple), depth)
        if isinstance(simple, list | tuple):
            return self._sequence(cast(list[Any], simple), depth)
        return self._value(simple, depth)

    def _sequence(self, values: list[Any] | tuple[Any, ...], depth: int) -> list[PlainValue]:
        safe: list[PlainValue] = []
        for value in values[: self._elements_left + 1]:
            if self._elements_left <= 0:
                safe.append(self._replace(LEFT_OUT))
                break
            self._elements_left -= 1
            safe.append(self._value(value, depth))
        return safe

    def _mapping(self, values: dict[Any, Any], depth: int) -> dict[str, PlainValue]:
        safe: dict[str, PlainValue] = {}
        for key, value in first_items(values, self._elements_left + 1).items():
            if self._elements_left <= 0:
                safe[LEFT_OUT] = self._replace(None)
                break
            self._elements_left -= 1
            text = self.text(key)
            safe[f"{text} ({len(safe)})" if text in safe else text] = self._value(value, depth)
        return safe

    def _integer(self, number: int) -> PlainValue:
        if MIN_INT64 <= number <= MAX_INT64:
            return number
        bits = number.bit_length()
        return self._replace(str(number) if bits <= _LONGEST_INTEGER else f"<integer of {bits} bits>")

    def _text(self, text: str) -> str:
        length = len(text)
        allowed = self._allowed(length)
        return text if allowed == length else self._replace(cut(text, allowed))

    def _bytes(self, value: bytes) -> bytes:
        allowed = self._allowed(len(value))
        return value if allowed == len(value) else self._replace(value[:allowed])

    def _allowed(self, length: int) -> int:
        """Return how much of a text or byte string is kept, and take it off the item's bound."""
        allowed = min(length, self._limits.text)
        if allowed > _SHORT_TEXT:
            allowed = min(allowed, max(self._text_left, _SHORT_TEXT))
            self._text_left -= allowed
        return allowed
