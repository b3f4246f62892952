"""One encoded batch: bytes that are a complete OTLP export request, and what they hold.

Requests of one signal may be joined by concatenation, since every OTLP export request is a
protobuf message with one repeated field.
https://protobuf.dev/programming-guides/encoding/#last-one-wins
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Protocol


class Encoded(Protocol):
    """What an encoder hands over; `otel_distro.otlp` returns it.

    `items` counts the spans, log records or data points in `payload`; `dropped` those that could
    not be encoded and are not in it; `replaced` the values that were made safe.
    """

    @property
    def payload(self) -> bytes: ...  # noqa: D102
    @property
    def items(self) -> int: ...  # noqa: D102
    @property
    def replaced(self) -> int: ...  # noqa: D102
    @property
    def dropped(self) -> int: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Batch:
    """Encoded bytes on their way.

    Args:
        payload: an OTLP export request.
        items: spans, log records or data points in it.
        born: monotonic seconds at which it was handed over.
    """

    payload: bytes
    items: int
    born: float = field(default_factory=monotonic)


def join(batches: Sequence[Batch]) -> Batch:
    """Make one batch of several; it is as old as the oldest."""
    if len(batches) == 1:
        return batches[0]
    payload = b"".join(batch.payload for batch in batches)
    return Batch(payload, sum(batch.items for batch in batches), min(batch.born for batch in batches))
