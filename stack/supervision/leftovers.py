"""Finds and ends the processes of a stack whatever became of its supervisor.

Every process of a stack carries the stack's directory in its environment, and hands it on to its children.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil

MARK = "TRAVEL_CRM_STACK_DIRECTORY"
_SECONDS_TO_STOP = 10


def find_processes(directory: Path) -> list[psutil.Process]:
    """Return the processes of the stack in the directory."""
    return [process for process in psutil.process_iter() if _is_marked(process, str(directory))]


def end_processes(directory: Path) -> None:
    """Tell every process of the stack to stop, and kill those that have not within ten seconds."""
    _, alive = _signal(find_processes(directory), psutil.Process.terminate, _SECONDS_TO_STOP)
    # Those that came up in the meantime as well.
    _signal([*alive, *find_processes(directory)], psutil.Process.kill, _SECONDS_TO_STOP)


def _is_marked(process: psutil.Process, directory: str) -> bool:
    try:
        return process.pid != os.getpid() and process.environ().get(MARK) == directory
    except (psutil.Error, OSError):
        return False


def _signal(
    processes: list[psutil.Process], send: Callable[[psutil.Process], None], patience: float
) -> tuple[list[psutil.Process], list[psutil.Process]]:
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            send(process)
    return psutil.wait_procs(processes, timeout=patience)
