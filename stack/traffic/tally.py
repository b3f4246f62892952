"""What was done, counted as the metrics must have it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

Labels = tuple[tuple[str, str], ...]
"""The labels of a series, sorted by name."""

# From the lowest to the highest: each breach raises a travel query by one.
_PRIORITIES = ("low", "normal", "high", "urgent")


@dataclass
class Tally:
    """Totals by metric and labels; `unanswered` requests have no answer, so what they did is not known."""

    totals: Counter[tuple[str, Labels]] = field(default_factory=Counter)
    sent: int = 0
    failed: int = 0
    unanswered: int = 0

    def request(self, method: str, route: str, status: int) -> None:
        """Count a request that was answered."""
        self.sent += 1
        self.failed += status >= 500
        self._add("travel_crm_http_requests_total", method=method, route=route, status_code=str(status))

    def booking(self) -> None:
        """Count a booking that was made, and its confirmation."""
        self._add("travel_crm_bookings_created_total", status="pending")
        self._email("booking_confirmation")

    def payment(self, gateway: str, status: str) -> None:
        """Count a payment by what became of it, and the receipt of one that was captured."""
        self._add("travel_crm_payments_processed_total", gateway=gateway, status=status)
        if status == "captured":
            self._email("payment_receipt")

    def breaches(self, priority: str, times: int) -> None:
        """Count how often the first answer to a travel query of this priority was late, and was told."""
        path = _PRIORITIES[_PRIORITIES.index(priority) :]
        for severity in path[:times]:
            self._add("travel_crm_sla_breaches_total", severity=severity)
            self._email("sla_escalation")

    def series(self) -> Iterator[tuple[str, dict[str, str], int]]:
        """Return every total with its metric and labels, in the order of their names."""
        for (metric, labels), total in sorted(self.totals.items()):
            yield metric, dict(labels), total

    def _email(self, kind: str) -> None:
        self._add("travel_crm_emails_sent_total", status="sent", type=kind)

    def _add(self, metric: str, **labels: str) -> None:
        self.totals[metric, tuple(sorted(labels.items()))] += 1
