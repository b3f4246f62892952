"""The command `otel-distro run`: starts a program, and lets each Python process in it be instrumented.

It sets `OTEL_DISTRO_INSTRUMENT` and becomes the program, so signals and the exit status are the
program's own; `startup.py` does the rest in each process. Nothing is put on Python's path, so
`python -I` is reached too and no `sitecustomize` is hidden.
https://opentelemetry.io/docs/zero-code/python/
"""

import os
import re
import shutil
import sys
from collections.abc import Sequence
from difflib import get_close_matches

from otel_distro import settings
from otel_distro.interpreter import what_keeps_us_out

USAGE = """usage: otel-distro run [--OPTION VALUE ...] [--] COMMAND [ARGUMENT ...]

Runs a program with each Python process in it instrumented.
An option sets the variable of its name: --traces_exporter console is OTEL_TRACES_EXPORTER=console.
"""
_USAGE_ERROR, _CANNOT_RUN, _NOT_FOUND = 2, 126, 127


def run(words: Sequence[str]) -> int:
    """Become the program that the words name.

    Args:
        words: what follows `otel-distro run`.

    Returns:
        Only where that is not possible: 2 for words that make no sense, 127 where there is no such
        program, 126 where it cannot be run; standard error says why.
    """
    if words[:1] in (["-h"], ["--help"]):
        sys.stdout.write(USAGE)
        return 0
    try:
        given, command = _split(words)
    except ValueError as error:
        sys.stderr.write(f"otel-distro run: {error}\n{USAGE}")
        return _USAGE_ERROR
    program = shutil.which(command[0])
    if program is None:
        sys.stderr.write(f"otel-distro run: {command[0]!r} is no program that can be found\n")
        return _NOT_FOUND
    return _become(program, command, given)


def _become(program: str, command: Sequence[str], given: dict[str, str]) -> int:
    reason = what_keeps_us_out(program, command[1:])
    if reason:
        sys.stderr.write(f"otel-distro run: {reason}\n")
    try:
        os.execve(program, list(command), settings.environment_to_run_in(given))  # noqa: S606 - no shell is meant
    except OSError as error:
        sys.stderr.write(f"otel-distro run: {command[0]!r} cannot be run: {error.strerror}\n")
    return _CANNOT_RUN


def _split(words: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Return the variables that options set, and the command."""
    given: dict[str, str] = {}
    rest = list(words)
    while rest and rest[0].startswith("-"):
        word = rest.pop(0)
        if word == "--":
            break
        name, equals, value = word.partition("=")
        if not equals and not rest:
            raise ValueError(f"{name} has no value")
        given[_variable(name)] = value if equals else rest.pop(0)
    if not rest:
        raise ValueError("there is no COMMAND")
    return given, rest


def _variable(option: str) -> str:
    options = {"--" + re.sub("OTEL_(PYTHON_)?", "", name).lower(): name for name in settings.KNOWN}
    if option not in options:
        near = get_close_matches(option, options, 1)
        raise ValueError(f"there is no option {option}" + (f"; did you mean {near[0]}?" if near else ""))
    return options[option]
