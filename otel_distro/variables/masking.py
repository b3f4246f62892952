"""Decides what of a variable's value a person may be shown."""

import re

from otel_distro.variables.variable import Variable

HIDDEN = "set, not shown"
_LONGEST = 200
_SECRETS = (
    # To the last @, since a password that nobody has encoded holds any character.
    (re.compile(r"(?s)(?<=://).*@"), "…@"),
    (re.compile(r"(?s)^[^:@]+:(?!//).*@"), "…@"),
    (re.compile(r"([?&][^=&#\s]*=)[^&#\s]*"), r"\1…"),
    (
        re.compile(
            r"(?i)((?:pass|secret|token|key|auth|credential|dsn|signature|honeycomb-team)[^=,&]*=)[^,&]*"
        ),
        r"\1…",
    ),
    (re.compile(r"(?i)\b(bearer|basic)\s+\S+"), r"\1 …"),
    (re.compile(r"(?s)-----BEGIN.*"), "…"),
)


def masked(value: str) -> str:
    """Return a value without passwords, tokens and keys that it may hold."""
    for pattern, replacement in _SECRETS:
        value = pattern.sub(replacement, value)
    return value


def quoted(variable: Variable, value: str) -> str:
    """Return a value as a message may say it: quoted, without secrets, and not too long."""
    if variable.secret:
        return "its value (not shown)"
    shown = masked(value)
    return repr(shown if len(shown) <= _LONGEST else shown[:_LONGEST] + "…")
