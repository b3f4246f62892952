"""Gets programs that come with the system: a C++ compiler and redis-server.

Installed with the system's package manager where this process may do so, else the exact command is said.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from stack.build.process import run
from stack.errors import StackError
from stack.settings import tools_environ

# Package manager, how it installs, what it calls the packages.
_MANAGERS = (
    (
        "apt-get",
        ("install", "--yes", "--no-install-recommends"),
        {"redis-server": "redis-server", "c++": "g++"},
    ),
    ("dnf", ("install", "--assumeyes"), {"redis-server": "redis", "c++": "gcc-c++"}),
    ("apk", ("add",), {"redis-server": "redis", "c++": "build-base"}),
    ("pacman", ("--sync", "--noconfirm"), {"redis-server": "redis", "c++": "gcc"}),
    ("brew", ("install",), {"redis-server": "redis", "c++": "gcc"}),
)
_POLICY = Path("/usr/sbin/policy-rc.d")


def require_redis_server(log: TextIO) -> Path:
    """Return `redis-server`, installing it if it is missing; raise `StackError` where that cannot be done."""
    return Path(_require("redis-server", ("redis-server", "valkey-server"), log))


def require_cxx_compiler(log: TextIO) -> None:
    """See to it that there is a C++ compiler; raise `StackError` where it cannot be installed."""
    _require("c++", ("clang++",) if sys.platform == "darwin" else ("g++",), log)


def _require(need: str, programs: Sequence[str], log: TextIO) -> str:
    if found := _first(programs):
        return found
    manager = next((manager for manager in _MANAGERS if shutil.which(manager[0])), None)
    if manager is None:
        raise StackError(
            f"{programs[0]} was not found: install it with the system's package manager and try again"
        )
    tool, action, packages = manager
    command = [tool, *action, packages[need]]
    privilege = _privilege(tool)
    if privilege is None:
        raise StackError(
            f"{programs[0]} was not found: install it with `sudo {' '.join(command)}` and try again"
        )
    _install([*privilege, *command], tool, [*privilege, tool], log)
    if found := _first(programs):
        return found
    raise StackError(f"{programs[0]} was not found, even after `{' '.join(command)}`: see {log.name}")


def _first(programs: Sequence[str]) -> str | None:
    return next((found for program in programs if (found := shutil.which(program))), None)


def _privilege(tool: str) -> list[str] | None:
    """Return what has to stand before the command, None where this process may not install."""
    if tool == "brew" or os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    asked = subprocess.run([sudo, "-n", "true"], capture_output=True, check=False)  # noqa: S603
    return [sudo, "-n"] if asked.returncode == 0 else None


def _install(command: list[str], tool: str, manager: list[str], log: TextIO) -> None:
    environ = {**tools_environ(), "DEBIAN_FRONTEND": "noninteractive"}
    here = Path("/")
    with _services_stay_off():
        if tool == "apt-get":
            run([*manager, "update"], log=log, cwd=here, environ=environ)
        try:
            run(command, log=log, cwd=here, environ=environ)
        except StackError as error:
            raise StackError(f"`{' '.join(command)}` failed: see {log.name}") from error


@contextmanager
def _services_stay_off() -> Iterator[None]:
    """Keep Debian from starting the server that comes with a package, as it would take the stack's port."""
    if os.geteuid() != 0 or not _POLICY.parent.is_dir() or _POLICY.exists():
        yield
        return
    _POLICY.write_text("#!/bin/sh\nexit 101\n")
    _POLICY.chmod(0o755)
    try:
        yield
    finally:
        _POLICY.unlink(missing_ok=True)
