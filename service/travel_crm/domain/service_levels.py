"""Service levels: how soon a travel query has its first answer, by its priority."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Priority(StrEnum):
    """How much a travel query presses, from the least to the most."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"

    def raised(self) -> "Priority":
        """Return the next priority; the highest has none above it."""
        order = list(Priority)
        return order[min(order.index(self) + 1, len(order) - 1)]


@dataclass(frozen=True)
class ServiceLevels:
    """How long a customer waits for the first answer at most."""

    first_answer_within: Mapping[Priority, timedelta]

    def due(self, priority: Priority, since: datetime) -> datetime:
        """Return when the first answer has to be given."""
        return since + self.first_answer_within[priority]
