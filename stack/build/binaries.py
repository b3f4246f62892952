"""Where the programs of the stack are, building those that are missing."""

from pathlib import Path
from typing import TextIO

from stack.build.catalogue import recipe_of, recipes_for
from stack.build.store import Store
from stack.build.system_packages import require_redis_server
from stack.settings import Profile
from stack.terminal import Terminal


class Binaries:
    """Finds a program by its name; call it like a function."""

    def __init__(self, cache: Path, terminal: Terminal) -> None:
        self._cache = cache
        self._terminal = terminal
        self._store = Store(cache, terminal)

    def __call__(self, program: str) -> Path:
        """Return the path of the program; raise `StackError` if it is missing and cannot be made."""
        if program == "redis-server":
            with self._packages_log() as log:
                return require_redis_server(log)
        return self._store.build(recipe_of(program)) / "bin" / program

    def build_for(self, profile: Profile) -> None:
        """Build and install everything that the profile needs and that is missing."""
        missing = [recipe for recipe in recipes_for(profile) if not self._store.has(recipe)]
        with self._packages_log() as log:
            require_redis_server(log)
            for recipe in missing:
                recipe.require_tools(log)
        for number, recipe in enumerate(missing, start=1):
            self._store.build(recipe, f" ({number} of {len(missing)})" if len(missing) > 1 else "")

    def _packages_log(self) -> TextIO:
        logs = self._cache / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        return (logs / "system-packages.log").open("a", encoding="utf-8")
