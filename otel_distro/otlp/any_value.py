"""Encodes OTLP's `AnyValue` and `KeyValue`: any value, and a value under a key.

https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/common/v1/common.proto
"""

from typing import Final

from otel_distro.otlp.values import PlainValue, Sanitiser
from otel_distro.otlp.wire import delimited, int64, tagged_double

_MOST_KEYS: Final = 2048
_key_fields: dict[str, bytes] = {}


def encode_value(value: object, sanitiser: Sanitiser) -> bytes:
    """Encode the content of an `AnyValue`; nothing raises, whatever the value is."""
    return _encode_plain(sanitiser.value(value), sanitiser)


def encode_key_value(key: object, content: bytes, sanitiser: Sanitiser) -> bytes:
    """Encode the content of a `KeyValue`.

    Args:
        key: text, or any object that is shown in its place.
        content: of the `AnyValue`.
        sanitiser: counts a key that is no text.
    """
    return _key_field(key, sanitiser) + delimited(b"\x12", content)


def _key_field(key: object, sanitiser: Sanitiser) -> bytes:
    if type(key) is not str:
        return _text_field(sanitiser.utf8(key))
    field = _key_fields.get(key)
    return _new_key_field(key, sanitiser) if field is None else field


def _new_key_field(key: str, sanitiser: Sanitiser) -> bytes:
    replaced = sanitiser.replaced
    field = _text_field(sanitiser.utf8(key))
    if sanitiser.replaced == replaced and len(_key_fields) < _MOST_KEYS:
        _key_fields[key] = field
    return field


def _text_field(text: bytes) -> bytes:
    return delimited(b"\x0a", text) if text else b""


def _encode_plain(value: PlainValue, sanitiser: Sanitiser) -> bytes:
    if isinstance(value, str):
        return delimited(b"\x0a", sanitiser.utf8(value))
    if value is None:
        return b""
    if isinstance(value, int):
        return (b"\x10" if isinstance(value, bool) else b"\x18") + int64(value)
    if isinstance(value, float):
        return tagged_double(0x21, value)
    return _encode_composite(value, sanitiser)


def _encode_composite(value: bytes | list[PlainValue] | dict[str, PlainValue], sanitiser: Sanitiser) -> bytes:
    if isinstance(value, bytes):
        return delimited(b"\x3a", value)
    if isinstance(value, list):
        elements = [delimited(b"\x0a", _encode_plain(element, sanitiser)) for element in value]
        return delimited(b"\x2a", b"".join(elements))
    entries = [
        delimited(b"\x0a", encode_key_value(key, _encode_plain(element, sanitiser), sanitiser))
        for key, element in value.items()
    ]
    return delimited(b"\x32", b"".join(entries))
