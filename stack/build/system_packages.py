"""Gets programs that come with the system: a C++ compiler and redis-server.

Installed with the system's package manager where this process may do so, else the exact command is said.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

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


class SystemPackages:
    """Looks for programs, and installs those that are missing where that can be done.

    What the package manager says goes to `log`; `say` is told what is being installed.
    """

    def __init__(self, log: Path, say: Callable[[str], None]) -> None:
        self._log = log
        self._say = say

    def require_redis_server(self) -> Path:
        """Return `redis-server`; raise `StackError` if it is missing and cannot be installed."""
        return Path(self._require("redis-server", ("redis-server", "valkey-server")))

    def require_cxx_compiler(self) -> None:
        """See to it that there is a C++ compiler; raise `StackError` where it cannot be installed."""
        self._require("c++", ("clang++",) if sys.platform == "darwin" else ("g++",))

    def _require(self, need: str, programs: Sequence[str]) -> str:
        if found := _first(programs):
            return found
        manager = next((manager for manager in _MANAGERS if shutil.which(manager[0])), None)
        if manager is None:
            raise StackError(f"{programs[0]} was not found: install it and try again")
        tool, action, packages = manager
        command = [tool, *action, packages[need]]
        privilege = _privilege(tool)
        if privilege is None:
            raise StackError(f"{programs[0]} was not found: run `sudo {' '.join(command)}` and try again")
        self._install(programs[0], privilege, command)
        if found := _first(programs):
            return found
        raise StackError(f"{programs[0]} was not found, even after `{' '.join(command)}`: see {self._log}")

    def _install(self, program: str, privilege: list[str], command: list[str]) -> None:
        tool = command[0]
        self._say(f"{program} is missing: installing it with {tool}")
        environ = {**tools_environ(), "DEBIAN_FRONTEND": "noninteractive"}
        steps = [[tool, "update"], command] if tool == "apt-get" else [command]
        self._log.parent.mkdir(parents=True, exist_ok=True)
        with self._log.open("a", encoding="utf-8") as log, _services_stay_off():
            try:
                for step in steps:
                    run([*privilege, *step], log=log, cwd=Path("/"), environ=environ)
            except StackError as error:
                raise StackError(f"`{' '.join(command)}` failed: see {self._log}") from error


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
