"""How many of the last minutes' lookups a cache has answered, in percent.

A rate since the start of the process would take days to show a cache that went cold an hour ago. A cache that
does not answer has missed. There is no rate, and no measurement, where nothing was looked up.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

SECONDS_THAT_COUNT = 300.0
_SECONDS_IN_A_SLICE = 10.0


@dataclass
class _Slice:
    began: float
    hits: int = 0
    lookups: int = 0


class HitRate:
    """Counts lookups in slices of ten seconds and forgets those of more than five minutes ago."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._slices: deque[_Slice] = deque()

    def looked_up(self, *, hit: bool) -> None:
        """Count one lookup."""
        now = self._clock()
        if not self._slices or now - self._slices[-1].began >= _SECONDS_IN_A_SLICE:
            self._slices.append(_Slice(now))
            self._forget(now)
        self._slices[-1].lookups += 1
        self._slices[-1].hits += hit

    def percent(self) -> float | None:
        """Return the rate from 0 to 100, None where nothing was looked up."""
        earliest = self._clock() - SECONDS_THAT_COUNT
        # A copy: the exporter's thread asks while the loop's thread counts.
        recent = [part for part in tuple(self._slices) if part.began >= earliest]
        lookups = sum(part.lookups for part in recent)
        return 100 * sum(part.hits for part in recent) / lookups if lookups else None

    def _forget(self, now: float) -> None:
        while self._slices and self._slices[0].began < now - SECONDS_THAT_COUNT:
            self._slices.popleft()


class CacheHitRates:
    """The hit rate of each kind of thing that is cached, as one gauge."""

    def __init__(self, *cache_types: str) -> None:
        self.of = {cache_type: HitRate() for cache_type in cache_types}
        metrics.get_meter("travel_crm").create_observable_gauge(
            "travel_crm.cache.hit_rate",
            [self._observe],
            description="Lookups of the last five minutes that the cache answered, from 0 to 100.",
        )

    def _observe(self, options: CallbackOptions) -> Iterable[Observation]:
        for cache_type, rate in self.of.items():
            if (percent := rate.percent()) is not None:
                yield Observation(percent, {"cache_type": cache_type})
