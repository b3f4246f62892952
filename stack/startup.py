"""Brings components up, each when what it needs is ready, until one dies or takes too long."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import psutil
from pymongo.errors import PyMongoError

from stack.components.component import Component
from stack.errors import StackError
from stack.supervision.client import ProcessState
from stack.supervision.files import Files, last_lines
from stack.supervision.supervisor import Supervisor
from stack.terminal import Terminal, duration

_INTERVAL = 0.1
# What a probe meets while the other side is not there yet, or not whole.
_NOT_YET = (OSError, ValueError, KeyError, PyMongoError, psutil.Error)


@dataclass
class _Attempt:
    component: Component
    since: float = field(default_factory=time.monotonic)
    pid: int = 0

    def seconds(self) -> float:
        return time.monotonic() - self.since


def bring_up(
    components: Sequence[Component], supervisor: Supervisor, files: Files, terminal: Terminal, ready: set[str]
) -> None:
    """Start the components and return when all are ready, adding their names to `ready`.

    Raises `StackError`, which names the component and its log, for the first one that dies or does not
    become ready. What runs by then goes on running: stopping it is up to the caller.
    """
    waiting = list(components)
    known = ready.union(component.name for component in components)
    attempts: list[_Attempt] = []
    while waiting or attempts:
        for component in [one for one in waiting if known.intersection(one.needs) <= ready]:
            waiting.remove(component)
            attempts.append(_Attempt(component))
            supervisor.start(component)
        states = supervisor.processes()
        for attempt in list(attempts):
            if _is_ready(attempt, states[attempt.component.name], files):
                attempts.remove(attempt)
                ready.add(attempt.component.name)
                _announce(attempt, terminal)
        time.sleep(_INTERVAL)


def _is_ready(attempt: _Attempt, state: ProcessState, files: Files) -> bool:
    component, log = attempt.component, files.log_of(attempt.component.name)
    if not state.runs or attempt.pid not in (0, state.pid):
        raise StackError(f"{component.name} ended while it was starting: see {log}", last_lines(log))
    attempt.pid = state.pid
    try:
        if component.is_ready(state.pid):
            return True
    except _NOT_YET:
        pass
    if attempt.seconds() > component.patience:
        limit = duration(component.patience)
        raise StackError(f"{component.name} was not ready within {limit}: see {log}", last_lines(log))
    return False


def _announce(attempt: _Attempt, terminal: Terminal) -> None:
    component = attempt.component
    terminal.line(f"  {component.name:<14} ready in {duration(attempt.seconds()):<8} {component.address}")
