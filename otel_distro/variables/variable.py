"""What is known of one environment variable, and the ways to declare one.

The modules beside this one declare the variables, one concern a file; `settings.py` reads them.
https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

Parse = Callable[[str], Any]


@dataclass(frozen=True)
class Variable:
    """One environment variable.

    Args:
        name: as written in the environment.
        default: the text used where the variable is unset, empty or bad.
        parse: turns text into the value; raises `ValueError` with half a sentence, or `PartlyBadError`.
        why: the reason for the default, or what the variable does.
        secret: whether its value must never be shown.
        upstream: whether the SDK or an instrumentation reads it as well.
        instead: what is used where the value is bad and there is no default, in words.
    """

    name: str
    default: str
    parse: Parse
    why: str
    secret: bool = False
    upstream: bool = True
    instead: str = ""

    def plain(self, given: str) -> str:
        """Return a text in the spelling that every reader takes: upstream knows one case, and no blanks.

        Raises:
            ValueError: where the text makes no sense, as `parse` does.
        """
        value = self.parse(given)
        return as_text(value) if isinstance(value, str | bool | tuple) else given


def as_text(value: Any) -> str:
    """Return a parsed value as the text that a variable would hold."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(cast("tuple[str, ...]", value)) if isinstance(value, tuple) else str(value)


def setting(
    name: str, default: str, parse: Parse, why: str, *, secret: bool = False, instead: str = ""
) -> Any:
    """Declare a field of the settings whose variable the SDK or an instrumentation reads too."""
    return _field(Variable(name, default, parse, why, secret=secret, instead=instead))


def own(name: str, default: str, parse: Parse, why: str, *, secret: bool = False, instead: str = "") -> Any:
    """Declare a field of the settings whose variable nobody else reads."""
    return _field(Variable(name, default, parse, why, secret=secret, upstream=False, instead=instead))


def _field(variable: Variable) -> Any:
    default = variable.parse(variable.default) if variable.default else None
    return field(default=default, metadata={"variable": variable})
