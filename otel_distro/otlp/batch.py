"""Puts encoded items together to an export request.

The requests of all three signals have the same form: groups of a resource, in each of them groups
of a scope, in each of them the items.
https://github.com/open-telemetry/opentelemetry-proto/tree/main/opentelemetry/proto/collector
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from otel_distro.failsafe import CONTAINED
from otel_distro.otlp.limits import ValueLimits
from otel_distro.otlp.origin import Equality, Origin, resources, scopes
from otel_distro.otlp.values import Sanitiser
from otel_distro.otlp.wire import delimited


@dataclass(frozen=True, slots=True)
class EncodedBatch:
    """One encoded export request of one signal.

    Args:
        payload: the request; empty where nothing was encoded.
        items: spans, log records or data points in it.
        replaced: values that could not be kept as they were, and were made safe.
        dropped: items that could not be encoded, and are not in it.
    """

    payload: bytes
    items: int
    replaced: int = 0
    dropped: int = 0


class Groups:
    """Collects encoded items by resource and scope, in the order of their first appearance."""

    def __init__(self, sanitiser: Sanitiser) -> None:
        self._sanitiser = sanitiser
        self._groups: dict[Equality, tuple[Origin, dict[Equality, tuple[Origin, list[bytes]]]]] = {}

    def scopes_of(self, resource: object) -> dict[Equality, tuple[Origin, list[bytes]]]:
        """Return the scopes of a resource, which gets a group even where they stay empty."""
        origin = resources.get(resource, self._sanitiser)
        return self._groups.setdefault(origin.equality, (origin, {}))[1]

    def items_of(self, resource: object, scope: object) -> list[bytes]:
        """Return the list that takes a scope's encoded items, each of them tagged."""
        origin = scopes.get(scope, self._sanitiser)
        return self.scopes_of(resource).setdefault(origin.equality, (origin, []))[1]

    def payload(self) -> bytes:
        """Return the request."""
        return b"".join(_group(resource, scopes) for resource, scopes in self._groups.values())


def _group(resource: Origin, by_scope: dict[Equality, tuple[Origin, list[bytes]]]) -> bytes:
    parts = [resource.before]
    for scope, items in by_scope.values():
        parts.append(delimited(b"\x12", b"".join((scope.before, *items, scope.after))))
    parts.append(resource.after)
    return delimited(b"\x0a", b"".join(parts))


Encoder = Callable[[Any, Sanitiser], bytes]


def encode_batch(
    items: Iterable[Any], encoder: Encoder, fallback: Encoder, limits: ValueLimits
) -> EncodedBatch:
    """Encode spans or log records, each on its own; nothing raises.

    Args:
        items: with a `resource` and an `instrumentation_scope`.
        encoder: encodes an item whole.
        fallback: encodes what identifies an item, where that failed. Where it fails too, the item
            is dropped.
        limits: the bounds on the values of one item.
    """
    sanitiser = Sanitiser(limits)
    groups = Groups(sanitiser)
    places: dict[tuple[int, int], tuple[list[bytes], object, object]] = {}
    encoded = dropped = 0
    for item in items:
        located = _encode(item, encoder, fallback, sanitiser)
        if located is None:
            dropped += 1
            continue
        content, resource, scope = located
        place = (id(resource), id(scope))
        known = places.get(place)
        if known is None:
            known = places[place] = (groups.items_of(resource, scope), resource, scope)
        known[0].append(delimited(b"\x12", content))
        encoded += 1
    return EncodedBatch(groups.payload(), encoded, sanitiser.replaced, dropped)


def _encode(
    item: Any, encoder: Encoder, fallback: Encoder, sanitiser: Sanitiser
) -> tuple[bytes, object, object] | None:
    sanitiser.begin_item()
    try:
        return encoder(item, sanitiser), item.resource, item.instrumentation_scope
    except CONTAINED:  # the item is not of the SDK's making
        sanitiser.replaced += 1
    try:
        return fallback(item, sanitiser), item.resource, item.instrumentation_scope
    except CONTAINED:  # as above
        return None
