"""Encodes sets of attributes, one writer for each kind of message that has them.

Most attributes of a service repeat: the method, the route, the server's address. A writer keeps the
bytes of those, as long as a key has few values; the others are encoded each time.
https://opentelemetry.io/docs/specs/otel/common/#attribute
"""

from typing import Any, Final

from otel_distro.otlp.any_value import encode_key_value, encode_value
from otel_distro.otlp.values import Sanitiser
from otel_distro.otlp.wire import delimited

_MOST_VALUES_OF_A_KEY: Final = 64
_MOST_VALUES: Final = 4096
_LONGEST_KEPT: Final = 128


class AttributeWriter:
    """Encodes attributes as a repeated field.

    Args:
        tag: of the field, in the message that has the attributes.
    """

    def __init__(self, tag: bytes) -> None:
        self._tag = tag
        self._kept: dict[object, dict[object, bytes]] = {}
        self._room = _MOST_VALUES

    def append(self, parts: list[bytes], attributes: Any, sanitiser: Sanitiser) -> int:
        """Append the field once for each attribute; return how many were left out as too many."""
        bounded, beyond = sanitiser.attributes(attributes)
        kept = self._kept
        for key, value in bounded.items():
            kind = type(value)
            if kind is str or kind is int:
                values = kept.get(key)
                if values is not None:
                    encoded = values.get(value)
                    if encoded is not None:
                        parts.append(encoded)
                        continue
            parts.append(self._encode(key, value, sanitiser))
        return beyond

    def _encode(self, key: object, value: object, sanitiser: Sanitiser) -> bytes:
        replaced = sanitiser.replaced
        content = encode_value(value, sanitiser)
        encoded = delimited(self._tag, encode_key_value(key, content, sanitiser))
        if type(key) is str and sanitiser.replaced == replaced:
            self._keep(key, value, encoded)
        return encoded

    def _keep(self, key: str, value: object, encoded: bytes) -> None:
        """Keep the bytes of a text or an integer; these two types never compare equal."""
        if type(value) is not int and not (type(value) is str and len(value) <= _LONGEST_KEPT):
            return
        values = self._kept.setdefault(key, {})
        if len(values) < _MOST_VALUES_OF_A_KEY:
            values[value] = encoded
            self._room -= 1
            if self._room <= 0:
                self._kept, self._room = {}, _MOST_VALUES
