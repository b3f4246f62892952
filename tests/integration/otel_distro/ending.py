"""Ends a server that a test has left running, with all processes that it has started."""

import subprocess
from contextlib import suppress
from typing import Any

import psutil


def end_in_any_case(process: subprocess.Popen[Any]) -> None:
    """Kill a process and its descendants: workers whose supervisor is killed alone run on for ever."""
    if process.poll() is not None:
        return
    supervisor = psutil.Process(process.pid)
    for one in [*supervisor.children(recursive=True), supervisor]:
        with suppress(psutil.NoSuchProcess):
            one.kill()
    process.wait()
