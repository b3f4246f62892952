"""Turns the text of a variable into a value, or says in one sentence what is wrong with it.

Used by `settings.py` alone. The rules are the specification's: a boolean is true only for
`true` in any case, and an empty variable counts as unset (the caller sees to that).
https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

from collections.abc import Callable
from urllib.parse import urlsplit


def text(value: str) -> str:
    """Return the text without the white space around it."""
    return value.strip()


def boolean(value: str) -> bool:
    """Return whether the text says `true`; anything but `true` and `false` is an error."""
    lowered = value.strip().lower()
    if lowered not in ("true", "false"):
        raise ValueError("is neither true nor false")
    return lowered == "true"


def milliseconds(value: str) -> int:
    """Return a positive number of milliseconds."""
    try:
        number = int(value)
    except ValueError:
        raise ValueError("is not a whole number of milliseconds") from None
    if number <= 0:
        raise ValueError("is not above 0")
    return number


def count(value: str) -> int:
    """Return a whole number that is not below 0."""
    try:
        number = int(value)
    except ValueError:
        raise ValueError("is not a whole number") from None
    if number < 0:
        raise ValueError("is below 0")
    return number


def names(value: str) -> tuple[str, ...]:
    """Return the comma-separated names, without empty ones."""
    return tuple(name.strip() for name in value.split(",") if name.strip())


def one_of(*choices: str) -> Callable[[str], str]:
    """Return a parser that takes one of the choices, in any case."""

    def choose(value: str) -> str:
        chosen = value.strip().lower()
        if chosen not in choices:
            raise ValueError(f"is none of {', '.join(choices)}")
        return chosen

    return choose


def url(value: str) -> str:
    """Return an http or https URL with a host and, if it names one, a port that exists."""
    stripped = value.strip()
    try:
        parts = urlsplit(stripped)
        valid = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        valid = False
    if not valid:
        raise ValueError("is not an http or https URL")
    return stripped
