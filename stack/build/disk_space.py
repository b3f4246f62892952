"""Looks whether a build will fit, before it fills the disk."""

import shutil
from pathlib import Path

from stack.errors import StackError


def require_space(what: str, megabytes: int, directory: Path, variable: str) -> None:
    """Raise `StackError` if the directory's file system has less room; `variable` moves the directory."""
    free = shutil.disk_usage(_existing(directory)).free // 1_000_000
    if free < megabytes:
        raise StackError(
            f"{what} needs about {megabytes} MB in {directory} and {free} MB are free:"
            f" free some, or set {variable} to a directory on a larger disk"
        )


def _existing(path: Path) -> Path:
    return next(place for place in (path, *path.parents) if place.exists())
