"""Parses the headers that go with each export.

One that HTTP or gRPC refuses would be refused with every export, and shown in what they say of it.
https://opentelemetry.io/docs/specs/otel/protocol/exporter/#specifying-headers-via-environment-variables
"""

import re

from otel_distro import parsing

# Narrower than RFC 9110's token: gRPC takes no other characters, and keeps the prefix for itself.
_NAME = re.compile(r"(?!grpc-)[0-9a-z_.-]+(?<!-bin)")
_OF_THE_REQUEST = re.compile(
    "connection|content-(encoding|length|type)|expect|te|trailer|transfer-encoding|upgrade"
)


def sent_headers(value: str) -> dict[str, str]:
    """Parse `key=value,…` with percent-encoded values into headers that HTTP and gRPC can send."""
    members = list(parsing.names(value))
    usable = parsing.each(members, _can_be_sent, "is no header that can be sent with each export")
    return dict(map(parsing.pair, usable))


def _can_be_sent(text: str) -> bool:
    key, given = parsing.pair(text)
    name = key.lower()
    sendable = _NAME.fullmatch(name) is not None and _OF_THE_REQUEST.fullmatch(name) is None
    return sendable and parsing.is_pair(text) and given.isascii() and given.isprintable()
