"""`docs/settings.md` lists every variable, as the code has it."""

from pathlib import Path

from otel_distro.settings import CHECKED, VARIABLES
from otel_distro.variables.variable import Variable

DOCUMENT = Path(__file__).parents[3] / "docs" / "settings.md"


def row(variable: Variable) -> str:
    """Return the row that a variable has in the document."""
    default = f"`{variable.default}`" if variable.default else "\N{EN DASH}"
    return f"| `{variable.name}` | {default} | {variable.why} |"


def test_document_lists_every_variable_with_default_and_reason() -> None:
    """The rows are those of the code, in its order, the settings before what is only checked."""
    documented = [line for line in DOCUMENT.read_text().splitlines() if line.startswith("| `")]

    assert documented == [row(variable) for variable in (*VARIABLES.values(), *CHECKED.values())]
