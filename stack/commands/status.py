"""`status`: a table of what runs."""

import json
import time
from collections import Counter

from rich.table import Table

from stack.current import every_stack
from stack.demo_key import demo_key
from stack.journey import curl_list
from stack.running import Stack
from stack.supervision.client import ProcessState
from stack.supervision.incidents import read
from stack.supervision.leftovers import find_processes
from stack.terminal import Terminal, duration

_NOT_RUNNING = 3
# Supervisord's words, in those of a person. One that has run for less than five seconds is starting.
_STATES = {
    "RUNNING": "running",
    "STARTING": "starting",
    "BACKOFF": "waiting to restart",
    "EXITED": "restarting",
}


def status(terminal: Terminal) -> int:
    """Print the components of what runs; 0 if all of them do, 1 if one does not, 3 if nothing runs."""
    stacks = every_stack(terminal)
    shown = [show(stack, terminal) for stack in stacks if stack.is_up()]
    left = [
        process.pid
        for stack in stacks
        if not stack.is_up()
        for process in find_processes(stack.files.directory)
    ]
    if left:
        terminal.line(
            f"stopping, or left without a supervisor: {', '.join(map(str, left))}; `make down` ends them"
        )
        return 1
    if not shown:
        terminal.line("nothing is running; `make up` starts the stack, `make demo` the small one")
        return _NOT_RUNNING
    return max(shown)


def show(stack: Stack, terminal: Terminal) -> int:
    """Print the components of one stack; return 0 if all run, else 1."""
    restarts = Counter(incident.component for incident in read(stack.files.incidents) if incident.died)
    addresses = json.loads(stack.files.addresses.read_text(encoding="utf-8"))
    states = stack.states()
    table = Table("component", "state", "pid", "up for", "restarts", "address", box=None, pad_edge=False)
    for state in sorted(states, key=lambda state: list(addresses).index(state.name)):
        table.add_row(*_row(state), str(restarts[state.name]), addresses[state.name])
    terminal.show(table)
    terminal.line(curl_list(stack.addresses.api, demo_key(stack.settings)))
    return 0 if all(state.runs for state in states) else 1


def _row(state: ProcessState) -> tuple[str, str, str, str]:
    if not state.runs:
        return state.name, _STATES.get(state.state, state.state.lower()), "-", "-"
    return state.name, _STATES[state.state], str(state.pid), duration(round(time.time() - state.started))
