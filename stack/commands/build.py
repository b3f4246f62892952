"""`build`: make what is missing, and start nothing."""

from stack.build.binaries import Binaries
from stack.settings import from_environ
from stack.terminal import Terminal


def build(terminal: Terminal) -> int:
    """Build and install everything that the full profile needs, which is all there is."""
    settings = from_environ("full")
    Binaries(settings.cache, terminal).build_for("full")
    terminal.line(f"everything is built, in {settings.cache}")
    return 0
