"""What the business does, counted: bookings, payments, e-mails, breaches of a service level.

Each counter stands at zero for every combination that can be known from the moment it is made: a first
failure is an increase only where there was a number before. The unit is an annotation, which backends leave
out of the name. https://opentelemetry.io/docs/specs/semconv/general/metrics/#instrument-units
"""

from collections.abc import Iterable, Mapping
from itertools import product

from opentelemetry import metrics
from opentelemetry.metrics import Counter

from travel_crm.domain.counting import Count


def create_booking_count() -> Count:
    """Return what counts bookings by the state they came into being in, `failed` for those that did not."""
    return _count(
        "travel_crm.bookings.created", "{booking}", "Bookings by outcome.", {"status": ("pending", "failed")}
    )


def create_payment_count(gateways: Iterable[str]) -> Count:
    """Return what counts payments by gateway and outcome."""
    statuses = ("captured", "declined", "failed")
    return _count(
        "travel_crm.payments.processed",
        "{payment}",
        "Payments by gateway and outcome.",
        {"gateway": tuple(gateways), "status": statuses},
    )


def create_email_count(kinds: Iterable[str]) -> Count:
    """Return what counts attempts to send an e-mail by outcome and kind."""
    return _count(
        "travel_crm.emails.sent",
        "{email}",
        "Attempts to send an e-mail by outcome.",
        {"status": ("sent", "failed"), "type": tuple(kinds)},
    )


def create_breach_count(severities: Iterable[str]) -> Count:
    """Return what counts first answers that were not given in time, by the priority they had."""
    return _count(
        "travel_crm.sla.breaches",
        "{breach}",
        "First answers that were not given in time.",
        {"severity": tuple(severities)},
    )


def _count(name: str, unit: str, description: str, known: Mapping[str, Iterable[str]]) -> Count:
    counter = metrics.get_meter("travel_crm").create_counter(name, unit, description)
    for values in product(*known.values()):
        # Members of enumerations are strings of a kind of their own, which exporters need not know.
        counter.add(0, dict(zip(known, map(str, values), strict=True)))
    return _adding_to(counter)


def _adding_to(counter: Counter) -> Count:
    def count(**attributes: str) -> None:
        counter.add(1, attributes)

    return count
