"""Measures whether what a process depends on answers, for as long as the process runs.

Part of the bootstrap: it runs beside the API and beside the worker, with their own connections, so that
`travel_crm.dependency.up` says what they themselves see. Alerts on a database that is down are written on it.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping

from opentelemetry import metrics
from opentelemetry.metrics import CallbackOptions, Observation

from travel_crm.probing import Probe

_SECONDS_BETWEEN_PROBES = 5.0

_logger = logging.getLogger(__name__)


class DependencyWatch:
    """Asks the dependencies in turn, and reports the last answer of each: 1 or 0.

    Args:
        probes: by the name of the dependency, as in `mongodb`.
    """

    def __init__(self, probes: Mapping[str, Probe]) -> None:
        self._probes = probes
        self._up: dict[str, bool] = {}
        metrics.get_meter("travel_crm.dependencies").create_observable_gauge(
            "travel_crm.dependency.up",
            [self._observe],
            description="1 where what the process depends on answers it, 0 where it does not",
        )

    async def run(self) -> None:
        """Ask every five seconds, until cancelled; a change is logged."""
        while True:
            outcomes = await asyncio.gather(*(probe.answers() for probe in self._probes.values()))
            for name, up in zip(self._probes, outcomes, strict=True):
                self._note(name, up)
            await asyncio.sleep(_SECONDS_BETWEEN_PROBES)

    def _note(self, name: str, up: bool) -> None:
        before = self._up.get(name, True)
        self._up[name] = up
        if before and not up:
            _logger.warning("%s does not answer", name)
        elif up and not before:
            _logger.info("%s answers again", name)

    def _observe(self, _: CallbackOptions) -> Iterable[Observation]:
        return [Observation(int(up), {"dependency": name}) for name, up in self._up.items()]
