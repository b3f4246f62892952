"""`stop` and `start`: one component of what runs, as a fault that a person plays.

A component that dies is restarted at once; one that is stopped stays away until it is started.
"""

from stack.build.binaries import Binaries
from stack.current import running_stack
from stack.errors import SettingsError
from stack.profile import planned
from stack.running import Stack
from stack.supervision.client import ProcessState
from stack.terminal import Terminal


def stop(terminal: Terminal, name: str) -> int:
    """Stop the component and nothing else; raise `SettingsError` where nothing that runs has the name."""
    stack = running_stack(terminal)
    if _state(stack, name).is_stopped:
        terminal.line(f"{name} is stopped already")
        return 0
    with terminal.step(f"stopping {name}", f"stopped {name}; `make start NAME={name}` starts it again"):
        stack.stop(name)
    return 0


def start(terminal: Terminal, name: str) -> int:
    """Start a component that was stopped and return when it is ready; raise `SettingsError` likewise.

    Raises `StackError` where the stack runs with settings other than these, whose ports would be looked at.
    """
    stack = running_stack(terminal)
    if not _state(stack, name).is_stopped:
        terminal.line(f"{name} is not stopped; `make status` shows it")
        return 0
    stack.require_same_settings()
    stack.adopt(planned(stack.settings, Binaries(stack.settings.cache, terminal)))
    stack.start(name)
    return 0


def _state(stack: Stack, name: str) -> ProcessState:
    states = {state.name: state for state in stack.states()}
    if name not in states:
        raise SettingsError(f"NAME={name!r} is no component of what runs: give one of {', '.join(states)}")
    return states[name]
