"""Decides which requests are measured but not traced.

A pattern is matched from the start of the path and must end at a segment's end, so `healthz` means
`/healthz` and what lies below it. The Host header plays no part: matched against a URL built from
it, as contrib does, any caller could hide a request by sending `Host: healthz`.
"""

import logging
import re
from collections.abc import Iterable

_logger = logging.getLogger(__name__)


class PathExclusion:
    """Matches paths against the patterns of `OTEL_PYTHON_FASTAPI_EXCLUDED_URLS`."""

    def __init__(self, patterns: Iterable[str]) -> None:
        valid = [pattern for pattern in patterns if _compiles(pattern)]
        alternatives = "|".join(f"(?:{pattern.removeprefix('/')})" for pattern in valid)
        self._pattern = re.compile(rf"/?(?:{alternatives})(?:/|$)") if valid else None

    def covers(self, path: str) -> bool:
        """Say whether requests to this path are left out of traces."""
        return self._pattern is not None and self._pattern.match(path) is not None


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error as error:
        _logger.warning("excluded path %r is no regular expression (%s); it is ignored", pattern, error)
        return False
    return True
