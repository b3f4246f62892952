"""How long a program waits for its first line, and takes in all, by what launches it."""

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.delivery.collectors import collector
from benchmarks.delivery.environments import ROOT, Side

PROGRAMS = {
    "does nothing": "pass",
    "imports fastapi, httpx, pymongo and redis": "import fastapi, httpx, pymongo, redis",
}
"""What is started; an instrumentation may have imported the libraries by then."""


@dataclass(frozen=True)
class Start:
    """One run, in seconds.

    Args:
        first_line: from the command to the program's own first line.
        whole: to the end of the process.
        processor: used in all, which a busy machine falsifies less.
    """

    first_line: float
    whole: float
    processor: float


def starts(compared: Sequence[Side], program: str, rounds: int) -> dict[str, list[Start]]:
    """Return the runs of each side, in rounds that each begin with another side.

    Args:
        compared: what launches the program; the first run of each, which may compile, is left out.
        program: a name of `PROGRAMS`.
        rounds: as many runs of each.
    """
    found: dict[str, list[Start]] = {side.name: [] for side in compared}
    code = f"{PROGRAMS[program]}\nprint('begun', flush=True)"
    with collector("healthy") as target, tempfile.TemporaryDirectory(prefix="otel-distro-bench-") as spool:
        for number in range(rounds + 1):
            first = number % len(compared)
            for side in (*compared[first:], *compared[:first]):
                environment = side.environment(target.endpoint, Path(spool))
                run = _run(side.command("python", "-c", code), environment)
                if number:
                    found[side.name].append(run)
    return found


def _run(command: Sequence[str], environment: Mapping[str, str]) -> Start:
    began = time.monotonic()
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout
    with process.stdout as lines:
        assert lines.readline() == "begun\n", f"{command[0]} did not begin"
        first_line = time.monotonic() - began
        _, _, used = os.wait4(process.pid, 0)
    process.returncode = 0
    return Start(first_line, time.monotonic() - began, used.ru_utime + used.ru_stime)
