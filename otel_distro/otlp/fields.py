"""Encodes single fields whose value may be anything, although the SDK types it.

`start_span(name=5)`, `end(end_time=time.time())`: the SDK takes what it is given.
"""

from typing import Any, Final

from otel_distro.otlp.values import Sanitiser
from otel_distro.otlp.wire import MAX_FIXED64, MAX_UINT32, delimited, tagged_fixed64, varint

_MOST_KEPT: Final = 1024
_LONGEST_KEPT: Final = 128


def text_field(tag: bytes, text: Any, sanitiser: Sanitiser) -> bytes:
    """Encode a text; an empty one, and `None`, is left out."""
    if text is None or (type(text) is str and not text):
        return b""
    return delimited(tag, sanitiser.utf8(text))


def time_field(tag: int, nanoseconds: Any, sanitiser: Sanitiser) -> bytes:
    """Encode a time in nanoseconds since 1970; `None` is left out."""
    return b"" if nanoseconds is None else tagged_fixed64(tag, sanitiser.whole(nanoseconds, MAX_FIXED64))


def count_field(tag: bytes, count: Any, sanitiser: Sanitiser) -> bytes:
    """Encode a count; 0 is left out."""
    return tag + varint(sanitiser.whole(count, MAX_UINT32)) if count else b""


class TextWriter:
    """Encodes a text field that repeats, such as a name, and keeps the bytes of the first texts seen.

    Args:
        tag: of the field.
    """

    def __init__(self, tag: bytes) -> None:
        self._tag = tag
        self._kept: dict[str, bytes] = {}

    def field(self, text: Any, sanitiser: Sanitiser) -> bytes:
        """Encode a text; an empty one, and `None`, is left out."""
        kept = self._kept.get(text) if type(text) is str else None
        return self._encode(text, sanitiser) if kept is None else kept

    def _encode(self, text: Any, sanitiser: Sanitiser) -> bytes:
        replaced = sanitiser.replaced
        field = text_field(self._tag, text, sanitiser)
        if type(text) is str and len(text) <= _LONGEST_KEPT and sanitiser.replaced == replaced:
            if len(self._kept) >= _MOST_KEPT:
                self._kept = {}
            self._kept[text] = field
        return field
