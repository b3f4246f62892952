"""What the traffic generator says it did is what Prometheus says the service did."""

import asyncio
import random
from typing import Any

import pytest

from stack.addresses import Addresses
from stack.demo_key import demo_key
from stack.traffic.play import Play, play_traffic
from stack.traffic.reconcile import METRICS, wait_for_agreement, wait_for_quiet

PLAY = Play(seconds=20, rate=20, failures=0.05)
# Of this chance one of the first errands, which are drawn before anything is answered, is a query that is
# neglected; nobody else would be late for certain.
SEED = 10


@pytest.mark.usefixtures("booked")
def test_totals_are_what_was_done(full_stack: Any) -> None:
    """Requests by route and status, bookings, payments by gateway, e-mails by kind, breaches by severity."""
    addresses = Addresses(full_stack.settings.ports)
    # The booking before this test has to be through, or it would be counted as one of the play's.
    before = wait_for_quiet(addresses.prometheus)

    key, chance = demo_key(full_stack.settings), random.Random(SEED)
    tally = asyncio.run(play_traffic(addresses.api, key, PLAY, lambda seconds, so_far: None, chance))

    assert tally.unanswered == 0
    assert {metric for metric, _, _ in tally.series()} == set(METRICS)
    assert wait_for_agreement(addresses.prometheus, before, tally) == dict(tally.totals)
