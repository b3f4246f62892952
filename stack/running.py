"""A stack from its first process to its last: what the commands and the tests run.

Flow: leftovers ended → ports looked at → supervisord launched → components brought up → … → all shut down.
"""

import json
import shutil
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from stack.addresses import Addresses
from stack.components.component import Component
from stack.errors import StackError
from stack.port_check import require_free_ports
from stack.settings import Settings, inherited_environ
from stack.started_with import changed, remember
from stack.startup import bring_up
from stack.supervision.client import ProcessState
from stack.supervision.files import Files
from stack.supervision.lock import held
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
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stack:
    """The components of one directory, under one supervisord."""

    def __init__(self, settings: Settings, terminal: Terminal) -> None:
        self.settings = settings
        self.files = Files(settings.directory)
        self._supervisor = Supervisor(self.files, inherited_environ(_INHERITED))
        self._terminal = terminal
        self._components: list[Component] = []
        self._ready: set[str] = set()

    @property
    def addresses(self) -> Addresses:
        """Return where the components are found."""
        return Addresses(self.settings.ports)

    def launch(self, planned: Sequence[Component]) -> None:
        """Clear away what an earlier stack left here and launch the supervisor, owned by this process.

        What of the settings cannot be used is said first. Raises `StackError`, with nothing started, if a
        port of the planned components is taken.
        """
        for problem in self.settings.problems:
            self._terminal.line(problem, style="yellow")
        self.files.directory.mkdir(parents=True, exist_ok=True)
        # What is below may be read by nobody else: mail, log lines, keys.
        self.files.directory.chmod(0o700)
        self._supervisor.shut_down()
        require_free_ports(planned, self.settings.ports)
        for file in (self.files.ready, self.files.incidents):
            file.unlink(missing_ok=True)
        self._keep_previous_logs()
        remember(self.files.settings, self.settings.given())
        self._supervisor.launch()

    def add(self, components: Sequence[Component]) -> None:
        """Start the components and return when they are ready; raise `StackError` if one is not to be had."""
        self._components += components
        addresses = {component.name: component.address for component in self._components}
        self.files.addresses.write_text(json.dumps(addresses), encoding="utf-8")
        self._supervisor.add(self._components)
        bring_up(components, self._supervisor, self.files, self._terminal, self._ready)

    def adopt(self, components: Sequence[Component]) -> None:
        """Take these for the components of the stack, which another process has started."""
        self._components += components

    def disown(self) -> None:
        """Let the stack outlive this process."""
        self.files.ready.touch()

    def is_up(self) -> bool:
        """Tell whether the supervisor of the stack answers."""
        return self._supervisor.is_up()

    def is_ready(self) -> bool:
        """Tell whether the stack is up and stands on its own."""
        return self.files.ready.exists() and self.is_up()

    def require_same_settings(self) -> None:
        """Raise `StackError` where the stack was launched with settings other than these."""
        if variables := changed(self.files.settings, self.settings.given()):
            raise StackError(f"it is running already, with another {', '.join(variables)}: `make down` first")

    def states(self) -> list[ProcessState]:
        """Return the state of every component."""
        return list(self._supervisor.processes().values())

    def stop(self, component: str) -> None:
        """Stop one component, and only that, until `start` is called."""
        self._supervisor.stop(component)

    def start(self, component: str) -> None:
        """Start a component that was stopped and return when it is ready; raise `StackError` if it is not."""
        (known,) = [one for one in self._components if one.name == component]
        self._ready.discard(component)
        bring_up([known], self._supervisor, self.files, self._terminal, self._ready)

    def shut_down(self) -> None:
        """Stop everything, undisturbed by signals; nothing of the stack is left when this returns."""
        with _undisturbed():
            self._supervisor.shut_down()
            self.files.ready.unlink(missing_ok=True)

    def _keep_previous_logs(self) -> None:
        previous = self.files.directory / "logs.previous"
        shutil.rmtree(previous, ignore_errors=True)
        if self.files.logs.exists():
            self.files.logs.rename(previous)


@contextmanager
def owned(stack: Stack, planned: Sequence[Component]) -> Iterator[None]:
    """Launch the stack for as long as the context lasts; longer only if it was disowned and all went well."""
    with held(stack.files.lock):
        try:
            stack.launch(planned)
            yield
        except BaseException:
            stack.shut_down()
            raise
        if not stack.files.ready.exists():
            stack.shut_down()


@contextmanager
def running(settings: Settings, components: Sequence[Component], terminal: Terminal) -> Iterator[Stack]:
    """Run the components for as long as the context lasts, and not longer than this process."""
    stack = Stack(settings, terminal)
    with owned(stack, components):
        stack.add(components)
        yield stack


@contextmanager
def _undisturbed() -> Iterator[None]:
    before = {number: signal.signal(number, signal.SIG_IGN) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
