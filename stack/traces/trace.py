"""A trace and the log records of it, whichever backend they come from.

Read by `tempo.py` and `loki.py` in the full profile, by `viewer.py` in the embedded one; drawn by `tree.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

ERROR = 17
"""The lowest severity number of an error: https://opentelemetry.io/docs/specs/otel/logs/data-model/#severity-fields"""

_CALLED_FROM_ELSEWHERE = ("server", "consumer")


@dataclass(frozen=True)
class Span:
    """A span; its times are nanoseconds since 1970, its identifiers lower-case hexadecimal digits."""

    id: str
    parent: str
    service: str
    name: str
    kind: str
    start: int
    end: int
    failed: bool = False
    attributes: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Record:
    """A log record of a span; its time is nanoseconds since 1970."""

    span: str
    service: str
    level: str
    time: int
    text: str


def roots(spans: Sequence[Span]) -> list[Span]:
    """Return the spans whose parent is not among them, oldest first."""
    known = {span.id for span in spans}
    return sorted((span for span in spans if span.parent not in known), key=lambda span: span.start)


def is_whole(spans: Sequence[Span]) -> bool:
    """Tell whether no span is missing in the middle: one that is leaves its children without a parent.

    Only a span that was called from elsewhere may have a parent that is not here.
    """
    tops = roots(spans)
    called = all(not span.parent or span.kind in _CALLED_FROM_ELSEWHERE for span in tops)
    return called and len({span.parent for span in tops}) == 1
