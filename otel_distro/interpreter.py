"""Finds out what keeps the start-up file from a program: a Python of another place, or `python -S`.

Asked by `otel-distro run`, so that a program without telemetry says so. It reads the beginning of
the program's file and looks into the directories beside its interpreter; it starts nothing, so it
does not know of packages that lie elsewhere, such as a user's own.
https://docs.python.org/3/using/cmdline.html#cmdoption-S
"""

import re
from collections.abc import Sequence
from pathlib import Path

STARTUP_FILE = "otel_distro_startup.pth"
_PYTHON = re.compile(r"python[\d.]*")


def what_keeps_us_out(program: str, arguments: Sequence[str]) -> str:
    """Say what is in the way, and what follows; nothing where nothing is, or it cannot be told.

    Args:
        program: the path of what is about to run.
        arguments: its arguments.
    """
    interpreter, options = _interpreter(Path(program), arguments)
    if interpreter is None:
        return ""
    if any(re.fullmatch(r"-[A-Za-z]*S[A-Za-z]*", option) for option in options):
        return "python -S leaves installed packages out; the program runs without telemetry"
    packages = list(interpreter.parent.parent.glob("lib/python3*/*-packages"))
    if packages and not any((directory / STARTUP_FILE).exists() for directory in packages):
        return f"otel-distro is not installed beside {interpreter}; the program may run without telemetry"
    return ""


def _interpreter(program: Path, arguments: Sequence[str]) -> tuple[Path | None, list[str]]:
    """Return the Python that will run, and its own options."""
    if _PYTHON.fullmatch(program.name):
        return program, _own_options(arguments)
    words = _first_line(program).split()
    if words and _PYTHON.fullmatch(Path(words[0]).name):
        return Path(words[0]), _own_options(words[1:])
    return None, []


def _first_line(program: Path) -> str:
    try:
        with program.open("rb") as file:
            line = file.readline(512)
    except OSError:
        return ""
    return line[2:].decode("utf-8", "replace") if line.startswith(b"#!") else ""


def _own_options(arguments: Sequence[str]) -> list[str]:
    """Return the words before the script, `-m` or `-c`."""
    options: list[str] = []
    for word in arguments:
        if not word.startswith("-") or word in ("-m", "-c", "-"):
            break
        options.append(word)
    return options
