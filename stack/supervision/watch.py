"""Supervisord's event listener: writes down what died, and ends a stack that nobody answers for.

    python -m stack.supervision.watch DIRECTORY OWNER_PID

The owner is the process that launched the stack. If it goes before the stack is there on its own, which the
file `ready` tells, it cannot have stopped the stack, so this does.

http://supervisord.org/events.html
"""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from supervisor.childutils import get_headers, getRPCInterface, listener

from stack.supervision.files import Files
from stack.supervision.incidents import Incident, append

# What a process leaves when nobody asked it to stop. BACKOFF: it died before it was held to be started.
_DEATHS = ("PROCESS_STATE_EXITED", "PROCESS_STATE_BACKOFF", "PROCESS_STATE_FATAL")


def main(files: Files, owner_pid: int) -> None:
    """Follow supervisord's events until it goes."""
    owner = _process(owner_pid)
    dead: set[str] = set()
    for name, payload in _events():
        if name == "TICK_5":
            if not files.ready.exists() and not (owner and owner.is_running()):
                getRPCInterface(os.environ).supervisor.shutdown()
        else:
            _note(files.incidents, name, payload["processname"], dead)


def _note(incidents: Path, event: str, component: str, dead: set[str]) -> None:
    if event in _DEATHS:
        dead.add(component)
        append(incidents, Incident(time.time(), component, died=True))
    elif event == "PROCESS_STATE_RUNNING" and component in dead:
        dead.remove(component)
        append(incidents, Incident(time.time(), component, died=False))


def _events() -> Iterator[tuple[str, dict[str, str]]]:
    while True:
        headers, payload = listener.wait()
        yield headers["eventname"], get_headers(payload)
        listener.ok()


def _process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except psutil.NoSuchProcess:
        return None


if __name__ == "__main__":
    main(Files(Path(sys.argv[1])), int(sys.argv[2]))
