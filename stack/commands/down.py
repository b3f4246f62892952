"""`down` and `wipe`: stop whatever of this checkout runs; forget what it has stored."""

import os
import shutil
import signal
import time
from contextlib import suppress

from stack.errors import StackError
from stack.running import Stack
from stack.settings import PROFILES, from_environ
from stack.supervision.leftovers import find_processes
from stack.supervision.lock import holder_of
from stack.terminal import Terminal

_SECONDS_TO_LET_GO = 60
_INTERVAL = 0.1


def down(terminal: Terminal) -> int:
    """Stop the full stack and a demo, also those that are only starting; no process is left in the end."""
    stacks = [Stack(from_environ(profile), terminal) for profile in PROFILES]
    live = [stack for stack in stacks if holder_of(stack.files.lock) or find_processes(stack.files.directory)]
    for stack in live:
        name = "demo" if stack.settings.profile == "embedded" else "stack"
        with terminal.step(f"stopping the {name}", f"stopped the {name}"):
            _stop_holder(stack)
            stack.shut_down()
    if not live:
        terminal.line("nothing is running")
    return 0


def wipe(terminal: Terminal) -> int:
    """Stop everything and delete the data and the logs of this checkout's stacks; the built programs stay."""
    down(terminal)
    for profile in PROFILES:
        directory = from_environ(profile).directory
        if directory.exists():
            shutil.rmtree(directory)
            terminal.line(f"deleted {directory}")
    return 0


def _stop_holder(stack: Stack) -> None:
    """Ask the command that answers for the stack to end, which stops the stack, and wait until it has."""
    deadline = time.monotonic() + _SECONDS_TO_LET_GO
    asked: set[int] = set()
    while (holder := holder_of(stack.files.lock)) is not None:
        if time.monotonic() > deadline:
            raise StackError(f"process {holder} does not let go of {stack.files.lock}: end it and try again")
        if holder not in asked:
            asked.add(holder)
            with suppress(ProcessLookupError):
                os.kill(holder, signal.SIGTERM)
        time.sleep(_INTERVAL)
