"""Takes what may be secret or personal out of an event before it leaves the process.

What is structured is dropped or kept by name; in what is text, secrets are found by their shape.
Each pattern is anchored and bounded, so that a long text costs time in proportion to its length.
https://docs.sentry.io/platforms/python/data-management/sensitive-data/
"""

import re
from collections.abc import Callable
from typing import Any, cast

FILTERED = "[Filtered]"

_DROPPED = ("cookies", "data", "env", "query_string")
_KEPT_HEADERS = frozenset(
    ("accept", "content-length", "content-type", "host", "traceparent", "user-agent", "x-trace-id")
)
_SENSITIVE_NAMES = (
    r"(?:passwo?r?d|passwd|passphrase|secret|token|api[_-]?key|authorization|cookie|credential)"
)
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # scheme://user:password@host
    (re.compile(r"(://)[^\s/@'\"]{1,512}@"), rf"\1{FILTERED}@"),
    # a query string, of a URL or of a path
    (re.compile(r"(?<=[\w/])\?[\w.~%-]{1,128}=[^\s'\"<>)]*"), f"?{FILTERED}"),
    # an e-mail address; what a version number follows, as in package@1.2.3, is none
    (re.compile(r"(?<![\w.%+-])[\w.%+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}"), FILTERED),
    (re.compile(r"\b(bearer|basic)\s{1,4}[\w.~+/=-]{8,}", re.IGNORECASE), rf"\1 {FILTERED}"),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"), FILTERED),
    # password=…, "access_token": "…", Authorization: …
    (
        re.compile(
            rf"({_SENSITIVE_NAMES}[\w-]{{0,32}}['\"]?\s{{0,4}}[:=]\s{{0,4}})"
            r"(?:\"[^\"]*\"|'[^']*'|(?!\[Filtered\]|bearer\s|basic\s)[^\s,;&}\])]+)",
            re.IGNORECASE,
        ),
        rf"\1{FILTERED}",
    ),
    # What redis-py and PyMongo quote of a command or document.
    (re.compile(r"(Command # \d{1,9} \().*(\) of pipeline)", re.DOTALL), rf"\1{FILTERED}\2"),
    (re.compile(r"(with args beginning with: ).*", re.DOTALL), rf"\1{FILTERED}"),
    (re.compile(r"(dup key: |full error: )\{.*", re.DOTALL), rf"\1{FILTERED}"),
)


def redact_text(text: str) -> str:
    """Return a text with what looks like a secret replaced.

    Args:
        text: such as an exception's message.
    """
    for pattern, replacement in _PATTERNS:
        text = pattern.sub(replacement, text)
    return text


def without_private_parts(event: Any) -> Any:
    """Return an event without what nobody else is to see.

    Args:
        event: as Sentry would send it.
    """
    event.pop("user", None)
    entry: Any = event.get("logentry")
    if isinstance(entry, dict):
        # The text has them in already, and there they are found.
        cast("dict[str, Any]", entry).pop("params", None)
    request: Any = event.get("request")
    if isinstance(request, dict):
        _reduce_request(cast("dict[str, Any]", request))
    # Such as package@1.2.3-rc.one: the operator's own word, and what Sentry groups by.
    release = event.pop("release", None)
    redacted = _each_text(event, redact_text)
    return redacted if release is None else redacted | {"release": release}


def before_breadcrumb(crumb: Any, _hint: Any) -> Any:
    """Return a breadcrumb without the values that a log record carried besides its message.

    Args:
        crumb: made from a log record.
    """
    crumb.pop("data", None)
    return crumb


def _reduce_request(request: dict[str, Any]) -> None:
    for key in _DROPPED:
        request.pop(key, None)
    headers: dict[str, Any] = request.get("headers") or {}
    request["headers"] = {name: value for name, value in headers.items() if name.lower() in _KEPT_HEADERS}


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        members = cast("dict[Any, Any]", value)
        # A stack's lines are source code, and hold no values.
        return {
            key: member if key == "stacktrace" else _each_text(member, change)
            for key, member in members.items()
        }
    if isinstance(value, list):
        return [_each_text(member, change) for member in cast("list[Any]", value)]
    return value
