"""The hit rate: of the last minutes, in percent, and none where there is nothing to tell."""

from tests.unit.travel_crm.telemetry.conftest import Collected, labels
from travel_crm.telemetry.cache_hit_rate import SECONDS_THAT_COUNT, CacheHitRates, HitRate


def test_each_kind_has_its_rate(collected: Collected) -> None:
    """From 0 to 100; a kind that nobody looked up has none."""
    rates = CacheHitRates("booking", "booking_list")

    for hit in (True, True, True, False):
        rates.of["booking"].looked_up(hit=hit)

    assert collected.series("travel_crm.cache.hit_rate") == {labels(cache_type="booking"): 75.0}


def test_what_was_long_ago_does_not_count() -> None:
    """A cache that went cold is seen within minutes, however long it was warm."""
    now = [0.0]
    rate = HitRate(lambda: now[0])
    for _ in range(1000):
        rate.looked_up(hit=True)
    warm = rate.percent()

    now[0] = SECONDS_THAT_COUNT + 1
    rate.looked_up(hit=False)
    cold = rate.percent()
    now[0] *= 2
    idle = rate.percent()

    assert (warm, cold, idle) == (100.0, 0.0, None)
