"""Runs under supervisord as its event listener: writes down what died, and ends the stack when its owner is gone.

    python -m stack.supervision.watch INCIDENTS OWNER_PID

http://supervisord.org/events.html
"""

import json
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
from supervisor.childutils import get_headers, getRPCInterface, listener

# What a process leaves when nobody asked it to stop. BACKOFF: it died before it was held to be started.
_DEATHS = ("PROCESS_STATE_EXITED", "PROCESS_STATE_BACKOFF", "PROCESS_STATE_FATAL")


def main(incidents: Path, owner_pid: int) -> None:
    """Follow supervisord's events until it goes; `owner_pid` is 0 where the stack stands on its own."""
    owner = _process(owner_pid) if owner_pid else None
    if owner_pid and owner is None:
        _shut_down()
    for name, payload in _events():
        if name in _DEATHS:
            _write(incidents, payload["processname"], name)
        elif name == "TICK_5" and owner is not None and not owner.is_running():
            _shut_down()


def _events() -> Iterator[tuple[str, dict[str, str]]]:
    while True:
        headers, payload = listener.wait()
        yield headers["eventname"], get_headers(payload)
        listener.ok()


def _write(incidents: Path, component: str, event: str) -> None:
    entry = {"time": time.time(), "component": component, "event": event.removeprefix("PROCESS_STATE_")}
    with incidents.open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry) + "\n")


def _shut_down() -> None:
    getRPCInterface(os.environ).supervisor.shutdown()


def _process(pid: int) -> psutil.Process | None:
    try:
        return psutil.Process(pid)
    except psutil.NoSuchProcess:
        return None


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
