"""`demo`: the embedded stack in the foreground, with a trace to look at, until Ctrl-C."""

import shutil
import time

from stack.build.binaries import Binaries
from stack.commands.signals import Interrupted
from stack.commands.summary import summarise
from stack.commands.tour import take_tour
from stack.errors import StackError
from stack.profile import bring_up_profile, planned
from stack.running import Stack, owned
from stack.settings import from_environ
from stack.supervision.incidents import Incident, read
from stack.terminal import Terminal

_INTERVAL = 0.5


def demo(terminal: Terminal) -> int:
    """Build what is missing, start it afresh, send a little traffic, print the pages, stay until a signal.

    Ctrl-C is how it is meant to end, so that returns 0. Nothing of it runs on.
    """
    settings = from_environ("embedded")
    stack = Stack(settings, terminal)
    binaries = Binaries(settings.cache, terminal)
    binaries.build_for("embedded")
    with owned(stack, planned(settings, binaries)):
        shutil.rmtree(settings.directory / "data", ignore_errors=True)
        bring_up_profile(stack, binaries)
        summarise(terminal, settings, take_tour(terminal, settings))
        terminal.line("Ctrl-C stops everything.", style="bold")
        try:
            _stay(stack, terminal)
        except Interrupted:
            terminal.line()
            with terminal.step("stopping", "stopped"):
                stack.shut_down()
    return 0


def _stay(stack: Stack, terminal: Terminal) -> None:
    """Say what dies and what runs again; raise `StackError` if the supervisor itself is gone."""
    told = 0
    while stack.is_up():
        incidents = read(stack.files.incidents)
        for incident in incidents[told:]:
            terminal.line(_describe(stack, incident), style="red" if incident.died else "green")
        told = len(incidents)
        time.sleep(_INTERVAL)
    raise StackError(f"the supervisor is gone, so the rest was stopped: see {stack.files.supervisor_log}")


def _describe(stack: Stack, incident: Incident) -> str:
    at = time.strftime("%H:%M:%S", time.localtime(incident.time))
    if incident.died:
        log = stack.files.log_of(incident.component)
        return f"{at} {incident.component} died and is being restarted: see {log}"
    return f"{at} {incident.component} runs again"
