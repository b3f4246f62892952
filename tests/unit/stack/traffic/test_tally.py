"""What was done is counted under the names and labels of the metrics."""

from stack.traffic.reconcile import METRICS
from stack.traffic.tally import Tally


def test_what_one_day_brings() -> None:
    """A booking is confirmed by e-mail, a captured payment has a receipt, a declined one has none."""
    tally = Tally()

    tally.booking()
    tally.payment("cardpay", "captured")
    tally.payment("cardpay", "declined")

    assert list(tally.series()) == [
        ("travel_crm_bookings_created_total", {"status": "pending"}, 1),
        ("travel_crm_emails_sent_total", {"status": "sent", "type": "booking_confirmation"}, 1),
        ("travel_crm_emails_sent_total", {"status": "sent", "type": "payment_receipt"}, 1),
        ("travel_crm_payments_processed_total", {"gateway": "cardpay", "status": "captured"}, 1),
        ("travel_crm_payments_processed_total", {"gateway": "cardpay", "status": "declined"}, 1),
    ]


def test_each_breach_is_one_of_the_priority_that_it_had() -> None:
    """A travel query that was late twice was late at its own priority, then at the next."""
    tally = Tally()

    tally.breaches("high", 2)
    tally.breaches("urgent", 1)
    tally.breaches("low", 0)

    assert list(tally.series()) == [
        ("travel_crm_emails_sent_total", {"status": "sent", "type": "sla_escalation"}, 3),
        ("travel_crm_sla_breaches_total", {"severity": "high"}, 1),
        ("travel_crm_sla_breaches_total", {"severity": "urgent"}, 2),
    ]


def test_answers_are_counted_by_route_and_status() -> None:
    """Those of 500 and above are failures."""
    tally = Tally()

    for status in (201, 502):
        tally.request("POST", "/payments", status)

    assert (tally.sent, tally.failed) == (2, 1)
    assert {labels["status_code"] for _, labels, _ in tally.series()} == {"201", "502"}


def test_all_that_is_counted_can_be_compared() -> None:
    """Each metric with its labels is one that Prometheus is asked for."""
    tally = Tally()
    tally.booking()
    tally.payment("sandbox", "captured")
    tally.breaches("low", 4)
    tally.request("GET", "/bookings", 200)

    assert {metric: tuple(sorted(labels)) for metric, labels, _ in tally.series()} == METRICS
