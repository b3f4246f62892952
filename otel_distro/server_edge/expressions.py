"""Compiles the regular expressions that an operator or an application gave, each on its own.

Joined into one, as contrib joins them, a group's name that occurs twice, or flags such as `(?i)` in
the second, would make all of them useless.
https://docs.python.org/3/library/re.html#regular-expression-syntax
"""

import logging
import re
from collections.abc import Iterable

_logger = logging.getLogger(__name__)

_LEADING_FLAGS = re.compile(r"\A(?:\(\?[aiLmsux]+\))+")

Expressions = tuple[re.Pattern[str], ...]


def compile_each(patterns: Iterable[str], before: str = "", after: str = "", flags: int = 0) -> Expressions:
    """Return the expressions that compile; each of the others is named in a log line and ignored.

    Args:
        patterns: regular expressions.
        before: what comes before each.
        after: what comes after each.
        flags: of `re`, for all.
    """
    compiled = [_compiled(pattern, before, after, flags) for pattern in patterns]
    return tuple(expression for expression in compiled if expression is not None)


def _compiled(pattern: str, before: str, after: str, flags: int) -> re.Pattern[str] | None:
    # Python takes flags at the very beginning only.
    leading = "".join(_LEADING_FLAGS.findall(pattern))
    try:
        re.compile(pattern)
        return re.compile(f"{leading}{before}(?:{pattern.removeprefix(leading)}){after}", flags)
    except (re.error, ValueError, RecursionError, OverflowError) as error:
        _logger.warning("%r is no regular expression (%s); it is ignored", pattern, error)
        return None
