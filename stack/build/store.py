"""The cache of builds: one directory a build, named by its recipe, complete or not there at all.

A build is made in a directory beside its place and renamed into it, under a lock: of two processes that
want the same one, the second waits and takes what the first has made.
"""

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stack.build.disk_space import require_space
from stack.build.recipe import Recipe, Workshop
from stack.build.system_packages import SystemPackages
from stack.errors import StackError
from stack.terminal import Terminal

# More than the largest of the builds takes.
_RESULT_MEGABYTES = 500
_LOG_LINES = 8


class Store:
    """Hands out builds, making those that are missing."""

    def __init__(self, cache: Path, terminal: Terminal) -> None:
        self._cache = cache
        self._terminal = terminal
        self.packages = SystemPackages(cache / "logs" / "system-packages.log", terminal.line)

    def place(self, recipe: Recipe) -> Path:
        """Return the directory of the build, whether it is there or not."""
        return self._cache / "bin" / str(recipe)

    def has(self, recipe: Recipe) -> bool:
        """Tell whether the build is there."""
        return self.place(recipe).is_dir()

    def build(self, recipe: Recipe, position: str = "") -> Path:
        """Return the directory of the build, making it first if it is missing.

        `position` is shown after the name, as in `(3 of 8)`. Raises `StackError` with the log's name on
        failure.
        """
        if not self.has(recipe):
            with self._lock(recipe):
                if not self.has(recipe):
                    recipe.require_tools(self.packages)
                    require_space(
                        f"building {recipe.name}", _RESULT_MEGABYTES, self._cache, "OTEL_DISTRO_CACHE"
                    )
                    with self._terminal.step(
                        f"building {recipe.name}{position}", f"built {recipe.name}", recipe.usual_seconds
                    ):
                        self._make(recipe)
        return self.place(recipe)

    def _make(self, recipe: Recipe) -> None:
        workshops = self._directory("building")
        # The lock is ours: what lies here under this name was left by a build that was killed.
        for left in workshops.glob(f"{recipe}.*"):
            shutil.rmtree(left, ignore_errors=True)
        workshop = Path(tempfile.mkdtemp(prefix=f"{recipe}.", dir=workshops))
        try:
            self._build_in(workshop, recipe)
            workshop.chmod(0o755)
            self._directory("bin")
            workshop.rename(self.place(recipe))
        finally:
            shutil.rmtree(workshop, ignore_errors=True)

    def _build_in(self, workshop: Path, recipe: Recipe) -> None:
        path = self._directory("logs") / f"{recipe}.log"
        with path.open("w", encoding="utf-8") as log:
            try:
                recipe.build(Workshop(workshop, log, self.build))
            except (StackError, OSError) as error:
                log.flush()
                raise _failure(recipe, path, error) from error

    @contextmanager
    def _lock(self, recipe: Recipe) -> Iterator[None]:
        with (self._directory("locks") / f"{recipe}.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._terminal.line(f"another process is building {recipe.name}: waiting for it")
                fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _directory(self, name: str) -> Path:
        directory = self._cache / name
        directory.mkdir(parents=True, exist_ok=True)
        return directory


def _failure(recipe: Recipe, log: Path, error: StackError | OSError) -> StackError:
    said = log.read_text(encoding="utf-8", errors="replace")
    if "no space left on device" in f"{said}{error}".lower():
        return StackError(
            f"building {recipe.name} failed: the disk is full; free some and try again (log: {log})"
        )
    return StackError(f"building {recipe.name} failed: {error} (log: {log})", said.splitlines()[-_LOG_LINES:])
