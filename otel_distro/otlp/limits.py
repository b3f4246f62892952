"""The bounds on what one span, log record or data point may hold.

https://opentelemetry.io/docs/specs/otel/common/#attribute-limits
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ValueLimits:
    """Bounds on the values of one item; what is beyond is replaced by a marker, and counted.

    Args:
        text: characters of one text, bytes of one byte string.
        item_text: characters of all texts together that are longer than 256.
        elements: attributes of one set, and elements of all nested containers together.
        depth: containers within each other. Decoders refuse messages that are nested more than
            100 deep, which maps reach at 31.
    """

    text: int = 131_072
    item_text: int = 1_048_576
    elements: int = 4_096
    depth: int = 30


DEFAULT_LIMITS: Final = ValueLimits()
