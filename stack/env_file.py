"""Variables out of a file such as `.env` in the checkout, which `docker compose` reads as well.

Read by `stack.settings` alone, beneath the environment proper. Quotation marks, comments and `${NAME}` mean
what they do to compose: https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/
"""

from collections.abc import Iterator
from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import parse_stream

from stack.errors import SettingsError


def read_env_file(path: Path) -> dict[str, str]:
    """Return the file's variables, none where there is no file.

    Raises `SettingsError` for a file that cannot be read and for a line that is no NAME=value; it names the
    line and not what is there, which may be a secret.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from error
    for line in _bad_lines(text):
        raise SettingsError(f"{path}, line {line}: expected NAME=value")
    return {name: value for name, value in dotenv_values(stream=StringIO(text)).items() if value is not None}


def _bad_lines(text: str) -> Iterator[int]:
    for binding in parse_stream(StringIO(text)):
        if binding.error or (binding.key is not None and binding.value is None):
            # What precedes a statement, such as empty lines, belongs to it.
            blank = len(binding.original.string) - len(binding.original.string.lstrip())
            yield binding.original.line + binding.original.string[:blank].count("\n")
