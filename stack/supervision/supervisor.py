"""One supervisord with the components of a stack: launched, extended, and brought to its end."""

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from stack.components.component import Component
from stack.errors import StackError
from stack.supervision.client import ProcessState, SupervisorClient
from stack.supervision.configuration import render
from stack.supervision.files import Files, last_lines
from stack.supervision.leftovers import MARK, end_processes, find_processes

_SECONDS_TO_ANSWER = 15
_SECONDS_TO_SHUT_DOWN = 60
_INTERVAL = 0.05


class Supervisor:
    """The supervisord of the stack in a directory, whether this process launched it or another one did."""

    def __init__(self, files: Files, environ: Mapping[str, str]) -> None:
        self._files = files
        self._environ = {**environ, MARK: str(files.directory)}
        self._client = SupervisorClient(files.socket)
        self._process: subprocess.Popen[bytes] | None = None

    def launch(self) -> None:
        """Launch supervisord without any component, detached from this process' terminal and streams.

        It ends by itself within seconds of this process, until the stack is disowned. Raises `StackError`
        if it does not answer.
        """
        self._files.logs.mkdir(parents=True, exist_ok=True)
        self._configure(())
        complaints = self._files.logs / "supervisord-start.log"
        with complaints.open("wb") as stderr:
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", str(self._files.configuration)],
                cwd=self._files.directory,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                start_new_session=True,
            )
        self._wait_until_up(complaints)

    def add(self, components: Sequence[Component]) -> None:
        """Make the components known; those known before have to be among them, unchanged."""
        self._configure(components)
        self._client.reread()

    def start(self, component: Component) -> None:
        """Start the component without waiting for it; raise `StackError` if its program cannot be run."""
        self._client.start(self._group(component.name), component.name)

    def stop(self, component: str) -> None:
        """Stop the component and wait until it is gone."""
        self._client.stop(self._group(component), component)

    def is_up(self) -> bool:
        """Tell whether supervisord answers."""
        return self._client.is_up()

    def processes(self) -> dict[str, ProcessState]:
        """Return the state of every component by its name."""
        return {process.name: process for process in self._client.processes()}

    def shut_down(self) -> None:
        """Stop every component, the last started first, then supervisord; nothing is left in the end."""
        if self._client.is_up():
            self._client.shut_down()
            self._wait_until_gone()
        end_processes(self._files.directory)
        if self._process is not None:
            self._process.wait()
        self._files.socket.unlink(missing_ok=True)

    def _group(self, component: str) -> str:
        return self.processes()[component].group

    def _configure(self, components: Sequence[Component]) -> None:
        path: Path = self._files.configuration
        path.touch(mode=0o600)
        path.write_text(render(self._files, components, self._environ), encoding="utf-8")

    def _wait_until_up(self, complaints: Path) -> None:
        deadline = time.monotonic() + _SECONDS_TO_ANSWER
        while not self._client.is_up():
            ended = self._process is not None and self._process.poll() is not None
            if ended or time.monotonic() > deadline:
                raise StackError(f"supervisord did not come up: see {complaints}", last_lines(complaints))
            time.sleep(_INTERVAL)

    def _wait_until_gone(self) -> None:
        deadline = time.monotonic() + _SECONDS_TO_SHUT_DOWN
        while time.monotonic() < deadline and find_processes(self._files.directory):
            if self._process is not None:
                self._process.poll()
            time.sleep(_INTERVAL)
