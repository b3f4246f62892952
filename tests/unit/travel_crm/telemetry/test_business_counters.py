"""What the business does is counted under the agreed names, from zero."""

from tests.unit.travel_crm.telemetry.conftest import Collected, labels
from travel_crm.domain.emails import EmailKind
from travel_crm.telemetry.business_counters import (
    create_booking_count,
    create_breach_count,
    create_email_count,
    create_payment_count,
)


def test_everything_that_can_be_known_stands_at_zero(collected: Collected) -> None:
    """A first failure is an increase only where there was a number before."""
    create_booking_count()
    create_payment_count(["sandbox", "cardpay"])
    create_email_count(EmailKind)
    create_breach_count(["low", "urgent"])

    assert collected.series("travel_crm.bookings.created") == {
        labels(status="pending"): 0,
        labels(status="failed"): 0,
    }
    assert len(collected.series("travel_crm.payments.processed")) == 6
    assert len(collected.series("travel_crm.emails.sent")) == 6
    assert collected.series("travel_crm.sla.breaches") == {
        labels(severity="low"): 0,
        labels(severity="urgent"): 0,
    }


def test_labels_are_plain_text(collected: Collected) -> None:
    """A member of an enumeration is a string to Python, and something foreign to an exporter."""
    create_email_count(EmailKind)

    series = collected.series("travel_crm.emails.sent")
    assert {type(value) for labels_of_one in series for _, value in labels_of_one} == {str}


def test_one_more_is_one_more(collected: Collected) -> None:
    """It is added under its own attributes and no others."""
    count = create_payment_count(["sandbox"])

    count(gateway="sandbox", status="captured")
    count(gateway="sandbox", status="captured")

    series = collected.series("travel_crm.payments.processed")
    assert series.pop(labels(gateway="sandbox", status="captured")) == 2
    assert set(series.values()) == {0}
