"""Writes a line for a person to stderr: never through logging, and never waiting for a reader.

Logging may end in the pipeline that is broken, and `sys.stderr` may have been replaced by something
that logs. A reader that does not read must not stop what writes.
"""

import os
import select
import sys
from collections.abc import Callable

Write = Callable[[str], None]

_LONGEST_LINE = 1000


def write_line(text: str) -> None:
    """Write one line to the process's stderr, where it takes one now."""
    stream = sys.__stderr__
    if stream is None:
        return
    line = f"otel-distro: {text}"[:_LONGEST_LINE] + "\n"
    try:
        descriptor = stream.fileno()
        if select.select([], [descriptor], [], 0)[1]:
            os.write(descriptor, line.encode("utf-8", "backslashreplace"))
    except (OSError, ValueError):
        # Closed, or no file at all: there is nobody to tell.
        return
