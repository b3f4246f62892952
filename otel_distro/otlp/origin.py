"""Encodes where telemetry comes from: the resource, and the instrumentation scope.

There are few of both, and each batch names them again, so their bytes are kept.
https://opentelemetry.io/docs/specs/otel/resource/sdk/
"""

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from otel_distro.failsafe import CONTAINED
from otel_distro.otlp.attributes import AttributeWriter
from otel_distro.otlp.values import Sanitiser
from otel_distro.otlp.wire import delimited

MOST_KEPT: Final = 256
"""Resources, and scopes, whose bytes are kept."""
_resource_attributes: Final = AttributeWriter(b"\x0a")
_scope_attributes: Final = AttributeWriter(b"\x1a")


class Equality:
    """Equals what stands for an equal resource or scope; hashes it once, since the SDK writes JSON for that.

    Args:
        source: the resource or scope; one that cannot be hashed or compared equals itself alone.
    """

    __slots__ = ("_hash", "_source")

    def __init__(self, source: object) -> None:
        self._source = source
        try:
            self._hash = hash(source)
        except CONTAINED:  # its values may be of any type, and not hashable
            self._hash = id(source)

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        try:
            return isinstance(other, Equality) and bool(self._source == other._source)
        except CONTAINED:  # as above
            return False


class Origin(NamedTuple):
    """The encoded form of a resource or scope.

    Args:
        source: the resource or scope itself.
        equality: those of which it is the same share a group.
        before: the field that stands before the group's items.
        after: the field that stands after them.
    """

    source: object
    equality: Equality
    before: bytes
    after: bytes


class OriginCache:
    """Keeps a bounded number of resources or scopes in their encoded form.

    The SDK never changes them. What is kept stays alive, so its `id` names nothing else.

    Args:
        encode: returns the message's content.
    """

    def __init__(self, encode: Callable[[Any, Sanitiser], bytes]) -> None:
        self._encode = encode
        self._kept: dict[int, Origin] = {}

    def get(self, source: object, sanitiser: Sanitiser) -> Origin:
        """Return the encoded form of a resource or scope; `None` has an empty one."""
        kept = self._kept.get(id(source))
        return self._add(source, sanitiser) if kept is None else kept

    def _add(self, source: object, sanitiser: Sanitiser) -> Origin:
        if len(self._kept) >= MOST_KEPT:
            self._kept = {}
        before, after = self._fields(source, sanitiser)
        origin = Origin(source, Equality(source), before, after)
        self._kept[id(source)] = origin
        return origin

    def _fields(self, source: Any, sanitiser: Sanitiser) -> tuple[bytes, bytes]:
        if source is None:
            return b"\x0a\x00", b""
        try:
            content, schema_url = self._encode(source, sanitiser), source.schema_url
        except CONTAINED:  # neither a resource nor a scope
            sanitiser.replaced += 1
            return b"\x0a\x00", b""
        after = delimited(b"\x1a", sanitiser.utf8(schema_url)) if schema_url else b""
        return delimited(b"\x0a", content), after


def _encode_resource(resource: Any, sanitiser: Sanitiser) -> bytes:
    parts: list[bytes] = []
    _resource_attributes.append(parts, resource.attributes, sanitiser)
    return b"".join(parts)


def _encode_scope(scope: Any, sanitiser: Sanitiser) -> bytes:
    parts: list[bytes] = []
    if scope.name:
        parts.append(delimited(b"\x0a", sanitiser.utf8(scope.name)))
    if scope.version:
        parts.append(delimited(b"\x12", sanitiser.utf8(scope.version)))
    _scope_attributes.append(parts, scope.attributes, sanitiser)
    return b"".join(parts)


resources: Final = OriginCache(_encode_resource)
scopes: Final = OriginCache(_encode_scope)
