"""Looks whether a build will fit, before it fills the disk."""

import shutil
from pathlib import Path

from stack.build.recipe import Recipe
from stack.errors import StackError


def require_space(recipe: Recipe, cache: Path) -> None:
    """Raise `StackError` if the file system of the cache has less room than the build needs."""
    free = shutil.disk_usage(_existing(cache)).free // 1_000_000
    if free < recipe.needed_megabytes:
        raise StackError(
            f"building {recipe.name} needs about {recipe.needed_megabytes} MB and {cache} has {free} MB free:"
            " free some, or set OTEL_DISTRO_CACHE to a directory on a larger disk"
        )


def _existing(path: Path) -> Path:
    return next(place for place in (path, *path.parents) if place.exists())
