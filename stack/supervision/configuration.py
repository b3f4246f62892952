"""Renders supervisord's configuration.

A component's group is its depth in the order of starting, as supervisord stops whole groups at a time, the
last first. It starts nothing by itself: the start-up does, when what a component needs is ready.

https://supervisord.org/configuration.html
"""

import os
import re
import shlex
import sys
from collections.abc import Mapping, Sequence

from stack.components.component import Component, depths
from stack.errors import StackError
from stack.settings import CHECKOUT
from stack.supervision.files import Files

# A component that runs for less is held to have failed to start: it is tried again after one second, then
# after two, and so on. One that ran for longer is restarted at once.
_SECONDS_UNTIL_STARTED = 5
_NEVER_GIVE_UP = 1_000_000
_MISREAD = re.compile(r"\s[;#]|[\r\n]")
_CANNOT_TAKE = "the supervisor cannot take a line break, or ; or # after a space"


def render(files: Files, components: Sequence[Component], environ: Mapping[str, str]) -> str:
    """Return the configuration of a stack that this process owns, with `environ` for every process."""
    sections = [_supervisord(files), _watch(files, environ)]
    level = depths(list(components))
    for depth in sorted(set(level.values())):
        members = [component for component in components if level[component.name] == depth]
        names = ",".join(component.name for component in members)
        sections.append(_section(f"group:{group(depth)}", {"programs": names, "priority": str(depth)}))
        sections += [_program(files, component, environ) for component in members]
    return "\n".join(sections)


def group(depth: int) -> str:
    """Return the name of the group of the components of one depth."""
    return f"level{depth}"


def _supervisord(files: Files) -> str:
    return "\n".join(
        (
            _section(
                "supervisord",
                {
                    "logfile": _literal(files.supervisor_log),
                    "logfile_maxbytes": "5MB",
                    "logfile_backups": "1",
                    "pidfile": _literal(files.directory / "supervisord.pid"),
                    "nodaemon": "true",
                    "nocleanup": "true",
                },
            ),
            _section("unix_http_server", {"file": _literal(files.socket), "chmod": "0700"}),
            _section(
                "rpcinterface:supervisor",
                {"supervisor.rpcinterface_factory": "supervisor.rpcinterface:make_main_rpcinterface"},
            ),
        )
    )


def _watch(files: Files, environ: Mapping[str, str]) -> str:
    command = [sys.executable, "-m", "stack.supervision.watch", str(files.directory), str(os.getpid())]
    return _section(
        "eventlistener:watch",
        {
            "command": _command(command),
            "directory": _literal(CHECKOUT),
            "environment": _environment(environ),
            "events": "PROCESS_STATE,TICK_5",
            "stderr_logfile": _literal(files.log_of("watch")),
            "stdout_logfile": "NONE",
        },
    )


def _program(files: Files, component: Component, environ: Mapping[str, str]) -> str:
    return _section(
        f"program:{component.name}",
        {
            "command": _command(component.command),
            "directory": _literal(files.directory),
            "environment": _environment({**environ, **component.environ}),
            "autostart": "false",
            "autorestart": "true",
            "startsecs": str(_SECONDS_UNTIL_STARTED),
            "startretries": str(_NEVER_GIVE_UP),
            "stopwaitsecs": str(component.seconds_to_stop),
            "killasgroup": "true",
            "redirect_stderr": "true",
            "stdout_logfile": _literal(files.log_of(component.name)),
            "stdout_logfile_maxbytes": "10MB",
            "stdout_logfile_backups": "1",
        },
    )


def _section(name: str, options: Mapping[str, str]) -> str:
    return "\n".join((f"[{name}]", *(f"{key} = {value}" for key, value in options.items()), ""))


def _command(words: Sequence[str]) -> str:
    return _literal(shlex.join(words))


def _environment(environ: Mapping[str, str]) -> str:
    return ",".join(f"{name}={_quoted(name, value)}" for name, value in environ.items())


def _quoted(name: str, value: str) -> str:
    # The name alone: the value may be a secret.
    if _MISREAD.search(value):
        raise StackError(f"{name}: {_CANNOT_TAKE}")
    quote = "'" if '"' in value else '"'
    if quote in value or value != value.strip("'\""):
        raise StackError(
            f"{name}: the supervisor cannot pass on both kinds of quotation marks, nor one at an end"
        )
    return f"{quote}{_literal(value)}{quote}"


def _literal(value: object) -> str:
    """Return the value so that supervisord reads what was meant; raise `StackError` where there is no way."""
    text = str(value)
    if _MISREAD.search(text):
        raise StackError(f"{text!r}: {_CANNOT_TAKE}")
    return text.replace("%", "%%")
