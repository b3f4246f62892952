"""That the README's table of variables is the one that the files read."""

import re

from stack.settings import CHECKOUT

_COLLECTOR = CHECKOUT / "collector"
_READ = re.compile(r"\$\{env:([A-Z_]+)(?::-([^}]*))?\}")


def test_every_variable_is_in_the_table_with_its_default() -> None:
    """A variable is documented, with what is used where it is unset."""
    table = [
        line
        for line in (_COLLECTOR / "README.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
    ]
    read = {
        match.groups()
        for file in (_COLLECTOR / "config").iterdir()
        for match in _READ.finditer(file.read_text(encoding="utf-8"))
    }

    undocumented = [
        variable
        for variable, default in read
        if not any(f"`{variable}`" in row and (default or "required") in row for row in table)
    ]

    assert undocumented == []
