"""Which stacks of this checkout there are, and which of them runs."""

from stack.errors import StackError
from stack.running import Stack
from stack.settings import PROFILES, from_environ
from stack.terminal import Terminal


def every_stack(terminal: Terminal) -> list[Stack]:
    """Return the stack of each profile, whether it runs or not."""
    return [Stack(from_environ(profile), terminal) for profile in PROFILES]


def running_stack(terminal: Terminal) -> Stack:
    """Return the stack that runs, the full one where both do; raise `StackError` where none does."""
    up = [stack for stack in every_stack(terminal) if stack.is_up()]
    if not up:
        raise StackError("nothing is running; `make up` starts the stack, `make demo` the small one")
    return up[-1]
