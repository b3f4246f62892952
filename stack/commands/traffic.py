"""`traffic`: plays an agency's days against the stack that runs, and shows what the metrics must say of it.

SECONDS=60 RATE=20 FAILURES=0.01 make traffic
"""

import asyncio
from collections.abc import Mapping

import httpx
from rich.table import Table

from stack.current import running_stack
from stack.demo_key import demo_key
from stack.errors import StackError
from stack.running import Stack
from stack.settings import traffic_from_environ
from stack.terminal import Terminal, duration
from stack.traffic.play import Play, play_traffic
from stack.traffic.reconcile import Series, wait_for_agreement, wait_for_quiet
from stack.traffic.tally import Tally


def traffic(terminal: Terminal) -> int:
    """Play and print the totals; 1 where requests had no answer, or Prometheus has other totals.

    Raises `StackError` where no stack runs.
    """
    play = Play(**traffic_from_environ())
    stack = running_stack(terminal)
    before = _totals(terminal, stack)
    terminal.line(
        f"playing for {duration(play.seconds)} at {play.rate:g} requests a second, "
        f"{play.failures:.0%} of the errands fail on purpose"
    )
    api, key = stack.addresses.api, demo_key(stack.settings)
    tally = asyncio.run(play_traffic(api, key, play, lambda at, so_far: _tell(terminal, at, so_far)))
    seen = _seen(terminal, stack, before, tally)
    terminal.show(_table(tally, seen))
    _tell(terminal, None, tally)
    agrees = seen is None or seen == dict(tally.totals)
    if not agrees:
        terminal.line("Prometheus does not agree: other traffic, or something is lost", style="red")
    return 0 if agrees and not tally.unanswered else 1


def _totals(terminal: Terminal, stack: Stack) -> Mapping[Series, float] | None:
    """Return what Prometheus has, None in a stack without one."""
    if stack.settings.profile == "embedded":
        return None
    try:
        with terminal.step("waiting for the measurements of what was before"):
            return wait_for_quiet(stack.addresses.prometheus)
    except httpx.HTTPError as error:
        raise StackError(f"Prometheus does not answer: {error}") from error


def _seen(
    terminal: Terminal, stack: Stack, before: Mapping[Series, float] | None, tally: Tally
) -> Mapping[Series, float] | None:
    if before is None:
        return None
    with terminal.step("waiting for the last e-mail and measurement"):
        return wait_for_agreement(stack.addresses.prometheus, before, tally)


def _tell(terminal: Terminal, at: float | None, tally: Tally) -> None:
    when = "in all" if at is None else f"after {duration(round(at))}"
    terminal.line(
        f"{when}: {tally.sent} requests answered, {tally.failed} of them with 5xx, "
        f"{tally.unanswered} without an answer"
    )


def _table(tally: Tally, seen: Mapping[Series, float] | None) -> Table:
    table = Table("metric", "labels", "done", box=None, pad_edge=False)
    if seen is not None:
        table.add_column("in Prometheus")
    for metric, labels, total in tally.series():
        shown = ", ".join(f'{name}="{value}"' for name, value in labels.items())
        found = [] if seen is None else [f"{seen[metric, tuple(sorted(labels.items()))]:g}"]
        table.add_row(metric, shown, str(total), *found)
    return table
