"""Where the programs of the stack are, building those that are missing."""

from pathlib import Path

from stack.build.catalogue import recipe_of, recipes_for
from stack.build.store import Store
from stack.settings import Profile
from stack.terminal import Terminal


class Binaries:
    """Finds a program by its name; call it like a function."""

    def __init__(self, cache: Path, terminal: Terminal) -> None:
        self._store = Store(cache, terminal)

    def __call__(self, program: str) -> Path:
        """Return the path of the program; raise `StackError` if it is missing and cannot be made."""
        if program == "redis-server":
            return self._store.packages.require_redis_server()
        return self._store.build(recipe_of(program)) / "bin" / program

    def build_for(self, profile: Profile) -> None:
        """Build and install everything that the profile needs and that is missing."""
        missing = [recipe for recipe in recipes_for(profile) if not self._store.has(recipe)]
        # Before the first build, not in the middle of them.
        self._store.packages.require_redis_server()
        for recipe in missing:
            recipe.require_tools(self._store.packages)
        for number, recipe in enumerate(missing, start=1):
            self._store.build(recipe, f" ({number} of {len(missing)})" if len(missing) > 1 else "")
