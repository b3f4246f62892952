"""A stack from its first process to its last: what the commands and the tests run.

Flow: ports looked at → supervisord launched → components brought up → … → all shut down.
"""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from stack.components.component import Component
from stack.port_check import require_free_ports
from stack.settings import Settings, inherited_environ
from stack.startup import bring_up
from stack.supervision.files import Files
from stack.supervision.supervisor import Supervisor
from stack.terminal import Terminal

# All that a component gets of the person's environment.
_INHERITED = (
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "TZ",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)


class Stack:
    """The components of one directory, under one supervisord."""

    def __init__(self, settings: Settings, terminal: Terminal) -> None:
        self.settings = settings
        self.files = Files(settings.directory)
        self.supervisor = Supervisor(self.files, inherited_environ(_INHERITED))
        self._terminal = terminal
        self._components: list[Component] = []
        self._ready: set[str] = set()

    def launch(self, owner: int | None) -> None:
        """Clear away what an earlier stack left here and launch the supervisor; see `Supervisor.launch`."""
        self.files.directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.supervisor.shut_down()
        self.files.ready.unlink(missing_ok=True)
        self.files.incidents.unlink(missing_ok=True)
        self._keep_previous_logs()
        self.supervisor.launch(owner)

    def add(self, components: Sequence[Component]) -> None:
        """Start the components and return when they are ready; raise `StackError` if one is not to be had."""
        require_free_ports(components, self.settings.ports)
        self._components += components
        self.supervisor.add(self._components)
        bring_up(components, self.supervisor, self.files, self._terminal, self._ready)

    def shut_down(self) -> None:
        """Stop everything; nothing of the stack is left when this returns."""
        self.supervisor.shut_down()

    def _keep_previous_logs(self) -> None:
        previous = self.files.directory / "logs.previous"
        shutil.rmtree(previous, ignore_errors=True)
        if self.files.logs.exists():
            self.files.logs.rename(previous)


@contextmanager
def running(settings: Settings, components: Sequence[Component], terminal: Terminal) -> Iterator[Stack]:
    """Run the components for as long as the context lasts, and not longer than this process."""
    stack = Stack(settings, terminal)
    try:
        stack.launch(owner=os.getpid())
        stack.add(components)
        yield stack
    finally:
        stack.shut_down()
