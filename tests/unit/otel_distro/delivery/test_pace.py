"""How much goes into one request, by what became of the last ones."""

from otel_distro.delivery.pace import Pace
from otel_distro.delivery.settings import DeliverySettings

SETTINGS = DeliverySettings(request_items=512, request_bytes=1000)


def test_a_refused_size_is_not_sent_again() -> None:
    """Reliability row 5: the next requests are half as large."""
    pace = Pace(SETTINGS)

    pace.too_large(800)
    pace.too_large(900)

    assert pace.bytes == 400


def test_requests_grow_again_after_a_refusal_for_size() -> None:
    """Reliability row 5: a gateway that refused everything for a while does not shrink them for ever."""
    pace = Pace(SETTINGS)
    pace.too_large(2)

    for _ in range(200):
        pace.taken()

    assert pace.bytes == 1000


def test_a_refusal_for_size_is_seldom_provoked() -> None:
    """A server with a low limit refuses one request in many."""
    pace = Pace(SETTINGS)
    refused = taken = 0
    for _ in range(1000):
        if pace.bytes > 100:
            refused += 1
            pace.too_large(pace.bytes)
        else:
            taken += 1
            pace.taken()

    assert refused < taken / 10


def test_what_may_have_arrived_is_not_joined_with_more() -> None:
    """Reliability row 1: a request without an answer is all that may arrive twice."""
    pace = Pace(SETTINGS)

    pace.unanswered(10)
    assert pace.items == 10
    pace.unanswered(9000)
    assert pace.items == 512
    pace.unanswered(10)
    pace.answered(0.1)
    assert pace.items == 512


def test_a_slow_server_gets_more_at_once() -> None:
    """One that takes seconds must not get fewer records than come in."""
    pace = Pace(SETTINGS)

    pace.answered(1.5)

    assert pace.items > 512
