"""What the outcome of a request means for how its signal fares."""

import pytest

from otel_distro.delivery.account import Account
from otel_distro.delivery.batch import Batch
from otel_distro.delivery.flight import flight_of
from otel_distro.delivery.outcome import Delivered, Outcome, Partial, Permanent, Retryable
from otel_distro.delivery.settings import DeliverySettings
from otel_distro.delivery.settlement import Settlement
from otel_distro.delivery.spool import Spool


@pytest.mark.parametrize(
    ("outcome", "failing", "failure"),
    [
        (Delivered(), False, None),
        (Partial(1, "no room"), False, "no room"),
        (Permanent("http_400", "HTTP 400"), False, "HTTP 400"),
        (Retryable("http_503", "HTTP 503"), True, "HTTP 503"),
    ],
)
def test_only_what_is_to_be_sent_again_is_failing(
    outcome: Outcome, failing: bool, failure: str | None
) -> None:
    """What a server refuses for good is lost: no outage, though the reason is known."""
    account = Account()
    account.accept("traces", 2)
    spool = Spool(DeliverySettings(spool_bytes=0), account)
    settlement = Settlement("traces", account, spool, lambda payload, _: [payload])

    settlement.settle(flight_of([Batch(b"payload", 2)]), outcome)

    health = settlement.health
    assert (health.failing_for is not None) == failing
    assert (health.last_failure and health.last_failure.message) == failure
