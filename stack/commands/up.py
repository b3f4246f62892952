"""`up`: the full stack, left running when all of it is ready."""

from stack.build.binaries import Binaries
from stack.commands.status import show
from stack.commands.summary import summarise
from stack.commands.tour import take_tour
from stack.profile import bring_up_profile, planned
from stack.running import Stack, owned
from stack.settings import from_environ
from stack.terminal import Terminal


def up(terminal: Terminal) -> int:
    """Build what is missing and start everything; if that fails, or a signal comes, nothing runs on.

    Raises `StackError` where it runs with settings other than these.
    """
    settings = from_environ("full")
    stack = Stack(settings, terminal)
    if stack.is_ready():
        stack.require_same_settings()
        terminal.line("it is running already:")
        return show(stack, terminal)
    binaries = Binaries(settings.cache, terminal)
    binaries.build_for("full")
    with owned(stack, planned(settings, binaries)):
        bring_up_profile(stack, binaries)
        journey = take_tour(terminal, settings)
        stack.disown()
    summarise(terminal, settings, journey)
    terminal.line("`make status` shows it, `make down` stops it; its data is kept until `make wipe`.")
    return 0
