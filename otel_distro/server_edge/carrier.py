"""Reads propagation headers from an ASGI scope, and writes them onto an ASGI message.

https://opentelemetry.io/docs/specs/otel/context/api-propagators/#textmap-propagator
"""

from typing import Any

from opentelemetry.propagators.textmap import Getter, Setter

Mapping = Any


class ScopeGetter(Getter[Mapping]):
    """Reads the request headers of an ASGI scope."""

    def get(self, carrier: Mapping, key: str) -> list[str] | None:
        """Return every value of a header, or nothing where there is none."""
        name = key.lower().encode("latin-1")
        values = [
            value.decode("latin-1") for header, value in carrier.get("headers", ()) if header.lower() == name
        ]
        if len(values) > 1 and name == b"baggage":
            # The propagator reads the first value only; a list may be spread over several headers.
            return [",".join(values)]
        return values or None

    def keys(self, carrier: Mapping) -> list[str]:
        """Return the names of all headers."""
        return [header.decode("latin-1") for header, _ in carrier.get("headers", ())]


class MessageSetter(Setter[Mapping]):
    """Writes response headers onto an ASGI message whose header list is ours to change."""

    def set(self, carrier: Mapping, key: str, value: str) -> None:
        """Add a header."""
        carrier["headers"].append((key.lower().encode("latin-1"), value.encode("latin-1")))


SCOPE_GETTER = ScopeGetter()
MESSAGE_SETTER = MessageSetter()
