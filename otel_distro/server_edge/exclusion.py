"""Decides which requests are measured but not traced.

A pattern is matched from the start of the path and must end at a segment's end, so `healthz` means
`/healthz` and what lies below it. The Host header plays no part: matched against a URL built from
it, as contrib does, any caller could hide a request by sending `Host: healthz`.
"""

from collections.abc import Iterable

from otel_distro.server_edge.expressions import compile_each


class PathExclusion:
    """Matches paths against the patterns of `OTEL_PYTHON_FASTAPI_EXCLUDED_URLS`."""

    def __init__(self, patterns: Iterable[str]) -> None:
        from_start = [pattern.removeprefix("/") for pattern in patterns]
        self._patterns = compile_each(from_start, "/?", "(?:/|$)")

    def covers(self, path: str) -> bool:
        """Say whether requests to this path are left out of traces."""
        return any(pattern.match(path) for pattern in self._patterns)
