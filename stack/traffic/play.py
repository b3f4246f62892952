"""Plays the days: people at their desks, each doing one errand after the other until the time is over.

Then whoever still waits is answered, the neglected ones have become late, and the tally is complete.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from stack.traffic.agency import Agency
from stack.traffic.caller import Caller
from stack.traffic.pace import Pace
from stack.traffic.tally import Tally

_MOST_AT_DESKS = 32
# Past the service level of the stack's high and urgent travel queries, one after the other, and a round more.
_SECONDS_UNTIL_ALL_ARE_LATE = 19.0
_SECONDS_BETWEEN_REPORTS = 5.0
# One in a hundred is life; more is a drill.
_USUAL_FAILURES = 0.01

Report = Callable[[float, Tally], None]


@dataclass(frozen=True)
class Play:
    """How long and how fast: seconds, requests a second, and the share of errands that fail on purpose."""

    seconds: float = 60.0
    rate: float = 20.0
    failures: float = _USUAL_FAILURES


async def play_traffic(
    api: str, key: str, play: Play, report: Report, chance: random.Random | None = None
) -> Tally:
    """Play against the API for the tenant of the key; `report` is told every few seconds how it goes.

    Returns what was done. An API that does not answer is no error: its requests are counted as unanswered.
    """
    tally = Tally()
    async with Caller(api, key, Pace(play.rate), tally) as caller:
        agency = Agency(caller, tally, chance or random.Random())  # noqa: S311 - no secret depends on it
        telling = asyncio.create_task(_tell(tally, report))
        await _work(agency, play)
        await agency.clear_desks()
        if agency.neglected:
            await asyncio.sleep(_SECONDS_UNTIL_ALL_ARE_LATE)
            await agency.see_neglected()
        telling.cancel()
    return tally


async def _work(agency: Agency, play: Play) -> None:
    until = time.monotonic() + play.seconds
    desks = max(2, min(round(play.rate), _MOST_AT_DESKS))
    async with asyncio.TaskGroup() as group:
        for _ in range(desks):
            group.create_task(_sit_at_desk(agency, play, until))


async def _sit_at_desk(agency: Agency, play: Play, until: float) -> None:
    errands, weights = zip(*_errands(agency, play.failures), strict=True)
    while time.monotonic() < until:
        (errand,) = agency.chance.choices(errands, weights)
        await errand()


def _errands(agency: Agency, failures: float) -> list[tuple[Callable[[], Awaitable[object]], float]]:
    """Return the errands with how often each is done; those that fail have `failures` of the whole."""
    usual: list[tuple[Callable[[], Awaitable[object]], float]] = [
        (agency.look_up, 30),
        (agency.browse, 20),
        (agency.take_in_customer, 6),
        (agency.take_in_query, 8),
        (agency.answer_query, 4),
        (agency.answer_urgent_query, 2),
        (agency.neglect_query, 1),
        (agency.quote_and_book, 4),
        (agency.book, 8),
        (agency.pay, 12),
        (agency.cancel, 1),
        (agency.blunder, 4),
    ]
    share = min(max(failures, 0.0), 0.99)
    whole = sum(weight for _, weight in usual) / (1 - share)
    return [*usual, (agency.pay_and_fail, whole * share)]


async def _tell(tally: Tally, report: Report) -> None:
    began = time.monotonic()
    while True:
        await asyncio.sleep(_SECONDS_BETWEEN_REPORTS)
        report(time.monotonic() - began, tally)
