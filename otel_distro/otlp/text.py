"""Turns any object into text without harm, and any text into text that UTF-8 can hold.

https://opentelemetry.io/docs/specs/otel/common/#strings
"""

from otel_distro.failsafe import CONTAINED


def shown(value: object) -> str:
    """Return the `str` of an object; where it has none, or it raises, the name of its type.

    The default `repr` is left out too: it holds an address, a new value for each object.
    """
    try:
        cls = type(value)
        if cls.__str__ is object.__str__ and cls.__repr__ is object.__repr__:
            return f"<{type_name(value)}>"
        return str.__str__(str(value))
    except CONTAINED:  # the object is the application's
        return f"<{type_name(value)} that cannot be shown>"


def type_name(value: object) -> str:
    """Return the name of an object's type, whatever its metaclass does."""
    return type.__dict__["__name__"].__get__(type(value))


def without_surrogates(text: str) -> str:
    """Join surrogate pairs to the characters they stand for, and replace lone ones by U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def cut(text: str, length: int) -> str:
    """Shorten text to a length, with a marker at its end that tells how long it was."""
    marker = f"…[{len(text)} characters]"
    return text[: length - len(marker)] + marker if len(marker) < length else text[:length]
