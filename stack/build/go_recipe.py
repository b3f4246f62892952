"""Builds a Go program as its module's lock files say."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from stack.build.disk_space import require_space
from stack.build.go_toolchain import find_go
from stack.build.process import run
from stack.build.recipe import Recipe, Workshop
from stack.build.system_packages import SystemPackages
from stack.settings import tools_environ

_SOURCE_SUFFIXES = (".go", ".mod", ".sum")


@dataclass(frozen=True)
class GoRecipe(Recipe):
    """A Go module with its sums; `packages` are what is built, one program each.

    `needed_megabytes` is what the sources and the compiler's cache take where there were none.
    """

    needed_megabytes: int = 1000
    packages: tuple[str, ...] = (".",)
    tags: str = ""
    cgo: bool = False

    @property
    def sources(self) -> list[Path]:
        """Return the module's own files, without its tests."""
        return sorted(
            path
            for path in self.folder.iterdir()
            if path.suffix in _SOURCE_SUFFIXES and not path.name.endswith("_test.go")
        )

    def way_of_building(self) -> list[str]:
        """Return the flags of the build."""
        return ["go", *self._flags(), *self.packages, f"cgo={self.cgo}"]

    def require_tools(self, packages: SystemPackages) -> None:
        """Install a C++ compiler if one is needed and missing; raise `StackError` where that cannot be."""
        if self.cgo:
            packages.require_cxx_compiler()

    def build(self, workshop: Workshop) -> None:
        """Build every package, with a Go that is fetched if there is none."""
        go = find_go(workshop)
        for variable in ("GOMODCACHE", "GOCACHE"):
            place = Path(subprocess.check_output([go, "env", variable], text=True).strip())  # noqa: S603
            require_space(f"building {self.name}", self.needed_megabytes, place, variable)
        # In a copy: building may complete go.sum, and a checkout stays as it was committed.
        module = workshop.into / "source"
        module.mkdir()
        for source in self.sources:
            shutil.copy(source, module)
        run(self._command(go, workshop.into / "bin"), log=workshop.log, cwd=module, environ=self._environ())
        shutil.rmtree(module)

    def _command(self, go: Path, target: Path) -> list[str | Path]:
        # A main package goes by the name of its module's folder, unless the output is named.
        output = target / self.programs[0] if self.packages == (".",) else f"{target}/"
        return [go, "build", *self._flags(), "-o", output, *self.packages]

    def _flags(self) -> list[str]:
        return ["-trimpath", "-ldflags", "-s -w", *(["-tags", self.tags] if self.tags else [])]

    def _environ(self) -> dict[str, str]:
        return {
            **tools_environ(),
            "GOFLAGS": "-buildvcs=false -mod=mod",
            "GOWORK": "off",
            # An older Go fetches the version that the module asks for through the module proxy.
            "GOTOOLCHAIN": "auto",
            "CGO_ENABLED": "1" if self.cgo else "0",
        }
