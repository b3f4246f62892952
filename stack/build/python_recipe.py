"""Installs a Python program with pinned, hashed requirements into an environment of its own."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from stack.build.process import run
from stack.build.recipe import Recipe, Workshop
from stack.build.system_packages import SystemPackages
from stack.errors import StackError
from stack.settings import cache_directory, tools_environ


@dataclass(frozen=True)
class PythonRecipe(Recipe):
    """The folder holds `requirements.txt`; the environment uses the interpreter that runs the stack."""

    @property
    def sources(self) -> list[Path]:
        """Return the locked requirements."""
        return [self.folder / "requirements.txt"]

    def way_of_building(self) -> list[str]:
        """Return the interpreter, as an environment is of no use with another."""
        return ["python", sys.version, sys.base_prefix]

    def require_tools(self, packages: SystemPackages) -> None:
        """Raise `StackError` if there is no uv."""
        _require_uv()

    def build(self, workshop: Workshop) -> None:
        """Make the environment with uv; its programs stay usable when the directory is renamed."""
        uv = _require_uv()
        log, into = workshop.log, workshop.into
        run([uv, "venv", "--quiet", "--relocatable", "--python", sys.executable, "."], log=log, cwd=into)
        run(
            [uv, "pip", "install", "--python", "bin/python", "--require-hashes", "-r", self.sources[0]],
            log=log,
            cwd=into,
        )


def _require_uv() -> str:
    """Return an uv that works: that on the PATH, or the one that the Makefile has put into the cache."""
    for candidate in (shutil.which("uv"), str(cache_directory(tools_environ()) / "uv" / "bin" / "uv")):
        if candidate and _works(candidate):
            return candidate
    raise StackError("uv was not found on the PATH: see https://docs.astral.sh/uv to install it")


def _works(uv: str) -> bool:
    # A shim of pyenv is on the PATH of interpreters that have no uv, too.
    try:
        return subprocess.run([uv, "--version"], capture_output=True, check=False).returncode == 0  # noqa: S603
    except OSError:
        return False
