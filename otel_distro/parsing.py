"""Turns the text of a variable into a value, or says in half a sentence what is wrong with it.

Used by the declarations in `variables/`. The rules are the specification's: a boolean is true only
for `true` in any case, and an empty variable counts as unset (the caller sees to that).
https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LARGEST = 2**31 - 1
_TOKEN = re.compile(r"[A-Za-z][!#$%&'*+.^_`|~0-9A-Za-z-]*")
_METHOD = re.compile(r"[A-Za-z][A-Za-z-]*")
_HOST_AND_PORT = re.compile(r"(?:[\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}")


class PartlyBadError(ValueError):
    """A value of which only a part can be used, such as a list with bad members.

    Args:
        reason: half a sentence.
        usable: the text of those that can.
    """

    def __init__(self, reason: str, usable: str) -> None:
        super().__init__(reason)
        self.usable = usable


def text(value: str) -> str:
    """Return the text without the white space around it."""
    return value.strip()


def checked_text(parse: Callable[[str], object]) -> Callable[[str], str]:
    """Return a parser that keeps the text, once another parser finds nothing wrong with it."""

    def check(value: str) -> str:
        parse(value)
        return value.strip()

    return check


def not_taken(reason: str) -> Callable[[str], str]:
    """Return a parser that takes nothing, for a variable that is set aside whatever it says."""

    def refuse(_value: str) -> str:
        raise ValueError(reason)

    return refuse


def never_true(reason: str) -> Callable[[str], bool]:
    """Return a parser for a boolean that has to be false here."""

    def parse(value: str) -> bool:
        if boolean(value):
            raise ValueError(reason)
        return False

    return parse


def header_name(value: str) -> str:
    """Return the name of an HTTP header."""
    stripped = value.strip()
    if not _TOKEN.fullmatch(stripped):
        raise ValueError("is no name of a header")
    return stripped


def boolean(value: str) -> bool:
    """Return whether the text says `true`; anything but `true` and `false` is an error."""
    lowered = value.strip().lower()
    if lowered not in ("true", "false"):
        raise ValueError("is neither true nor false")
    return lowered == "true"


def milliseconds(value: str) -> int:
    """Return a positive number of milliseconds."""
    return _whole(value, 1, _LARGEST, "a whole number of milliseconds")


def rate(value: str) -> float:
    """Return a share, from 0 to 1; one that is none is 0."""
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise PartlyBadError("is no number from 0 to 1", "0")
    return number


def count(value: str) -> int:
    """Return a whole number that is not below 0."""
    return _whole(value, 0, _LARGEST, "a whole number")


def positive(value: str) -> int:
    """Return a whole number above 0."""
    return _whole(value, 1, _LARGEST, "a whole number")


def port(value: str) -> int:
    """Return the number of a port."""
    return _whole(value, 1, 65535, "the number of a port")


def limit(value: str) -> int | None:
    """Return a limit; `None` where the text says `unset`, the SDK's word for none."""
    return None if value.strip().lower() == "unset" else count(value)


def ratio(value: str) -> float:
    """Return a number from 0 to 1."""
    try:
        number = float(value)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise ValueError("is not a number from 0 to 1")
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


def some_of(*choices: str) -> Callable[[str], tuple[str, ...]]:
    """Return a parser that takes any of the choices, separated by commas, in any case."""

    def choose(value: str) -> tuple[str, ...]:
        lowered = [name.lower() for name in names(value)]
        return each(lowered, lambda name: name in choices, f"is not among {', '.join(choices)}")

    return choose


def each(
    members: list[str], usable: Callable[[str], bool], reason: str, separator: str = ","
) -> tuple[str, ...]:
    """Return the members of a list if all can be used.

    Raises:
        PartlyBadError: where only some can; they are in it.
        ValueError: where none can.
    """
    good = [member for member in members if usable(member)]
    if len(good) == len(members):
        return tuple(members)
    if good:
        raise PartlyBadError(f"has a member that {reason}", separator.join(good))
    raise ValueError(reason)


def patterns(value: str) -> tuple[str, ...]:
    """Return comma-separated regular expressions that can be joined into one, as contrib joins them."""
    joined: list[str] = []

    def usable(pattern: str) -> bool:
        fits = _compiles(pattern) and _compiles("|".join([*joined, pattern]))
        if fits:
            joined.append(pattern)
        return fits

    return each(list(names(value)), usable, "is no regular expression, or none beside the others")


def methods(value: str) -> tuple[str, ...]:
    """Return comma-separated names of HTTP methods."""
    return each(list(names(value)), lambda name: bool(_METHOD.fullmatch(name)), "is no name of a method")


def pairs(value: str) -> dict[str, str]:
    """Parse `key=value,…` with percent-encoded values."""
    return dict(map(pair, each(list(names(value)), is_pair, "is no key=value pair")))


def pair(text: str) -> tuple[str, str]:
    """Return the key and the percent-decoded value of one `key=value`."""
    key, _, given = text.partition("=")
    return key.strip(), unquote(given.strip())


def is_pair(text: str) -> bool:
    """Say whether a text is `key=value`; the value may be empty."""
    key, equals, _ = text.partition("=")
    return bool(key.strip() and equals)


def url(value: str) -> str:
    """Return an http or https URL with a host and, if it names one, a port that exists."""
    stripped = value.strip()
    try:
        parts = urlsplit(stripped)
        valid = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        valid = False
    if not valid or not stripped.isprintable() or " " in stripped:
        raise ValueError("is not an http or https URL")
    return stripped


def endpoint(value: str) -> str:
    """Return a URL, or a host and port without scheme, as gRPC takes them."""
    stripped = value.strip()
    if _HOST_AND_PORT.fullmatch(stripped):
        url(f"http://{stripped}")
        return stripped
    return url(stripped)


def directory(value: str) -> str:
    """Return the absolute path of a directory, which need not exist yet.

    A relative one would be another one for each place that a program is started in.
    """
    stripped = value.strip()
    if not Path(stripped).is_absolute():
        raise ValueError("is no absolute path")
    return stripped


def file(value: str) -> Path:
    """Return the path of a file that exists."""
    path = Path(value)
    try:
        found = path.is_file()
    except (OSError, ValueError):
        found = False
    if not found:
        raise ValueError("is no file")
    return path


def _whole(value: str, least: int, most: int, what: str) -> int:
    try:
        number = int(value)
    except ValueError:
        raise ValueError(f"is not {what}") from None
    if number < least:
        raise ValueError(f"is not above {least - 1}" if least else "is below 0")
    if number > most:
        raise ValueError(f"is above {most}")
    return number


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError):
        return False
    return True
