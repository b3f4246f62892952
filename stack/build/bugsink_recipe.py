"""Installs Bugsink and makes an empty database of it, which every new stack starts from."""

from dataclasses import dataclass
from pathlib import Path

from stack.build.process import run
from stack.build.python_recipe import PythonRecipe
from stack.build.recipe import Workshop
from stack.settings import tools_environ

TEMPLATE = "database"


@dataclass(frozen=True)
class BugsinkRecipe(PythonRecipe):
    """Bugsink with its settings and its start, both in the recipe's folder."""

    @property
    def sources(self) -> list[Path]:
        """Return the locked requirements and the scripts."""
        return [*super().sources, *sorted(self.folder.glob("*.py"))]

    def build(self, workshop: Workshop) -> None:
        """Make the environment and, in `database`, what Bugsink's migrations make."""
        super().build(workshop)
        template = workshop.into / TEMPLATE
        template.mkdir()
        environ = {**tools_environ(), "BUGSINK_DATA_DIR": str(template), "BUGSINK_PORT": "8090"}
        python = workshop.into / "bin" / "python"
        run(
            [python, self.folder / "serve.py", "migrate"],
            log=workshop.log,
            cwd=workshop.into,
            environ=environ,
        )
        (template / "secret-key").unlink()
