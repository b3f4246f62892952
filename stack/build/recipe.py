"""What a component is built from, and the name that its build goes by in the cache.

A recipe is a folder of lock files: a Go module, or the requirements of a Python program. Its digest covers
those files, the way of building and the machine, so the same recipe in another checkout is the same build.
"""

from __future__ import annotations

import hashlib
import platform
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from stack.build.system_packages import SystemPackages


@dataclass(frozen=True)
class Workshop:
    """Where a build takes place: the directory that becomes the build, the log, and how to get another."""

    into: Path
    log: TextIO
    fetch: Callable[[Recipe], Path]


@dataclass(frozen=True)
class Recipe(ABC):
    """A build: `programs` are what it leaves in `bin/`.

    `usual_seconds` is how long it takes on two cores with nothing downloaded before.
    """

    name: str
    folder: Path
    programs: tuple[str, ...]
    usual_seconds: int

    @property
    @abstractmethod
    def sources(self) -> list[Path]:
        """Return the files that the build is made from."""

    @abstractmethod
    def way_of_building(self) -> list[str]:
        """Return what apart from the sources decides about the result."""

    @abstractmethod
    def require_tools(self, packages: SystemPackages) -> None:
        """See to it, before anything is built, that tools are there which the build cannot fetch."""

    @abstractmethod
    def build(self, workshop: Workshop) -> None:
        """Build the programs into `bin` of the workshop; raise `StackError` on failure."""

    def digest(self) -> str:
        """Return the name of the build: twelve hexadecimal digits."""
        digest = hashlib.sha256()
        for line in [self.name, sys.platform, platform.machine(), *self.programs, *self.way_of_building()]:
            digest.update(line.encode() + b"\n")
        for source in self.sources:
            digest.update(source.name.encode() + b"\n" + source.read_bytes() + b"\n")
        return digest.hexdigest()[:12]

    def __str__(self) -> str:
        return f"{self.name}-{self.digest()}"
