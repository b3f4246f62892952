"""The stack's commands, run as a person runs them, on ports and in directories of the test's own."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path

import psutil
import pytest

from stack.build.binaries import Binaries
from stack.ports import accepts
from stack.settings import CHECKOUT, Ports
from stack.supervision.leftovers import MARK


@dataclass
class Command:
    """A running `python -m stack COMMAND`, with what it has said."""

    process: subprocess.Popen[bytes]
    output: Path

    @property
    def said(self) -> str:
        """Return all output so far."""
        return self.output.read_text(encoding="utf-8")

    def wait_for(self, text: str, seconds: float = 60) -> None:
        """Return when the text was said; fail if the command ended or the time is over before."""
        wait_until(lambda: text in self.said or self.process.poll() is not None, seconds)
        assert text in self.said, self.said

    def end(self, number: int = signal.SIGINT, seconds: float = 40) -> int:
        """Send a signal and return the exit status."""
        self.process.send_signal(number)
        return self.process.wait(seconds)


@dataclass
class Shell:
    """A person's terminal: an environment to start commands in, and everything that was started."""

    directory: Path
    environ: dict[str, str]
    commands: list[Command] = field(default_factory=list)

    def start(self, command: str, **environ: str) -> Command:
        """Start a command, with its words, and return while it runs."""
        output = self.directory / f"output-{len(self.commands)}"
        with output.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "stack", *command.split()],
                cwd=CHECKOUT,
                env=self.environ | environ,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
            )
        self.commands.append(Command(process, output))
        return self.commands[-1]

    def run(self, command: str, **environ: str) -> tuple[int, str]:
        """Run a command to its end; return its exit status and what it said."""
        started = self.start(command, **environ)
        return started.process.wait(120), started.said

    def processes(self) -> list[psutil.Process]:
        """Return every process of every stack that was started from here."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def listening(self) -> list[int]:
        """Return the ports of the stacks that something still listens on, whatever it says of itself."""
        ports = {int(self.environ[Ports.variable(one.name)]) for one in fields(Ports)}
        return sorted(port for port in ports if accepts(port))

    def component(self, name: str) -> psutil.Process:
        """Return a component's process, as `status` shows it."""
        rows = [line.split() for line in self.run("status")[1].splitlines()]
        (pid,) = [int(row[2]) for row in rows if row[0] == name]
        return psutil.Process(pid)

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            return process.environ().get(MARK, "").startswith(str(self.directory))
        except (psutil.Error, OSError):
            return False


@pytest.fixture
def shell(tmp_path: Path, binaries: Binaries) -> Iterator[Shell]:
    """A terminal on free ports; what was started from it and still runs is ended afterwards."""
    binaries.build_for("full")
    own = {"XDG_STATE_HOME": str(tmp_path / "state"), "ENV_FILE": os.devnull}
    environ = {**os.environ, **Ports.free().as_environ(), **own}
    shell = Shell(tmp_path, environ)
    yield shell
    for command in shell.commands:
        if command.process.poll() is None:
            command.process.kill()
            command.process.wait()
    for process in shell.processes():
        process.kill()


def wait_until(condition: Callable[[], bool], seconds: float = 20) -> None:
    """Return when the condition holds; fail if it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.1)
