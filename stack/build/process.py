"""Runs a tool of a build with its output in the log, and leaves nothing of it when the build is given up."""

import os
import shlex
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from stack.errors import StackError


def run(
    command: Sequence[str | Path], *, log: TextIO, cwd: Path, environ: Mapping[str, str] | None = None
) -> None:
    """Run the command to its end; raise `StackError` if it fails, kill it and its children on a signal."""
    words = [str(word) for word in command]
    log.write(f"$ {shlex.join(words)}\n")
    log.flush()
    # In a session of its own, so that a compiler's children can be killed with it.
    process = subprocess.Popen(  # noqa: S603
        words,
        cwd=cwd,
        env=None if environ is None else dict(environ),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        status = process.wait()
    except BaseException:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise
    if status:
        raise StackError(f"{Path(words[0]).name} ended with status {status}")
