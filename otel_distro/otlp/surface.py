"""Makes what an application hands to the API safe, before the SDK sees it.

The SDK copies, counts and shows values while it records, in the application's own call: a cycle, an
object whose `__str__` raises or a list of a million would raise or block there. What is of an exact
plain type, as nearly everything is, passes with one look at each value.
https://opentelemetry.io/docs/specs/otel/common/#attribute
"""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from otel_distro.failsafe import CONTAINED
from otel_distro.otlp.limits import DEFAULT_LIMITS
from otel_distro.otlp.values import PlainValue, Sanitiser

LONGEST: Final = DEFAULT_LIMITS.text
"""Characters of a text that are kept."""

PLAIN: Final = frozenset((str, int, float, bool))
"""The exact types of the values that pass as they are."""

_MOST: Final = DEFAULT_LIMITS.elements
T = TypeVar("T")


def is_plain_text(value: object) -> bool:
    """Say whether a value is text of an exact type and of bearable length."""
    return type(value) is str and len(value) <= LONGEST


def plain_copy(attributes: Any, most: int | None) -> dict[str, Any] | None:
    """Return a copy of attributes that may go to the SDK as they are; `None` where they may not.

    A copy, made at once: another thread may change the application's own while the SDK reads them.
    The length of a text is no matter here: the SDK does not copy it, and the encoder cuts it.

    Args:
        attributes: anything.
        most: as many as the SDK keeps; `None` where it has no bound.
    """
    if type(attributes) is not dict or len(attributes) > (_MOST if most is None else most):  # pyright: ignore[reportUnknownArgumentType]
        return None
    try:
        copied: dict[Any, Any] = attributes.copy()  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    except CONTAINED:  # keys may be compared, by methods of the application's
        return None
    for key, value in copied.items():
        if type(value) not in PLAIN or type(key) is not str:
            return None
    return copied


class Surface:
    """Makes the arguments of one signal's API safe, and counts what it had to replace.

    Args:
        count: takes the number of values that were replaced or refused.
    """

    def __init__(self, count: Callable[[int], None]) -> None:
        self._count = count

    def attributes(self, given: Any, most: int | None) -> dict[str, Any] | None:
        """Return attributes that the SDK can take, in the place of any object; `None` as it is.

        Args:
            given: what should be a mapping.
            most: as many as are kept, the first ones; `None` for as many as a set may have at all.
        """
        if given is None:
            return None
        copied = plain_copy(given, most)
        return self._replaced(given, most) if copied is None else copied

    def _replaced(self, given: Any, most: int | None) -> dict[str, PlainValue]:
        sanitiser = Sanitiser()
        bounded, beyond = sanitiser.attributes(given)
        safe: dict[str, PlainValue] = {}
        for key, value in bounded.items():
            if most is not None and len(safe) >= most:
                break
            if text := _free_key(sanitiser.text(key), safe):
                safe[text] = sanitiser.value(value)
        left_out = len(bounded) - len(safe)
        self.refuse(sanitiser.replaced + left_out)
        return Shortened(safe, beyond + left_out) if beyond + left_out else safe

    def scope(self, name: Any, version: Any, schema_url: Any, attributes: Any) -> tuple[str, Any, Any, Any]:
        """Return an instrumentation scope's name, version, schema URL and attributes, safe for the SDK."""
        return (
            self.optional_text(name) or "",
            self.optional_text(version),
            self.optional_text(schema_url),
            self.attributes(attributes, None),
        )

    def attribute(self, key: Any, value: Any) -> tuple[str, PlainValue]:
        """Return one attribute that the SDK can take, in the place of any two objects."""
        sanitiser = Sanitiser()
        safe = sanitiser.text(key), sanitiser.value(value)
        self.refuse(sanitiser.replaced)
        return safe

    def text(self, value: Any) -> str:
        """Return text in the place of any object."""
        sanitiser = Sanitiser()
        safe = sanitiser.text(value)
        self.refuse(sanitiser.replaced)
        return safe

    def optional_text(self, value: Any) -> str | None:
        """Return text in the place of any object, but `None` as it is."""
        return None if value is None else self.text(value)

    def instance(self, value: Any, kind: type[T], otherwise: T) -> T:
        """Return a value if it is of the wanted type, or else another.

        Its real type is asked, as `__class__` may say or raise anything.
        """
        if issubclass(type(value), kind):
            return value
        self.refuse()
        return otherwise

    def time(self, value: Any) -> int | None:
        """Return a time in nanoseconds; where none was given, `None`, which stands for now."""
        if value is None or type(value) is int:
            return value
        self.refuse()
        return None

    def refuse(self, values: int = 1) -> None:
        """Count values that were replaced, or could not be used at all."""
        if values:
            self._count(values)


class Shortened(dict[str, PlainValue]):
    """The first of a set of attributes; its length tells how many there were.

    The SDK reports the difference between length and content as dropped attributes.
    """

    def __init__(self, kept: dict[str, PlainValue], left_out: int) -> None:
        super().__init__(kept)
        self._length = len(kept) + left_out

    def __len__(self) -> int:
        return self._length


def _free_key(text: str, taken: dict[str, PlainValue]) -> str:
    return f"{text} ({len(taken)})" if text in taken else text
