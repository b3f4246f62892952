"""Lets OpenTelemetry's own warnings through rarely, and shortens them; one that is not true never passes.

The API and the SDK warn for each bad value, in the application's call and by way of its handlers: a
caller that sends broken baggage, or an attribute set that is too large, would write thousands of
lines. One line a kind and minute is enough to find the cause.
https://opentelemetry.io/docs/specs/otel/error-handling/#self-diagnostics
"""

import logging
from collections.abc import Callable
from time import monotonic
from typing import Final

from otel_distro.otlp.text import cut, shown

INTERVAL: Final = 60.0
"""Seconds between two lines of a kind, at least."""
LONGEST: Final = 300
"""Characters of a line; the value that it shows may be a caller's, of any length."""
_CONFLICT: Final = "Views %s and %s will cause conflicting metrics identities"


class RareWarnings(logging.Filter):
    """Passes one warning a minute for each place in the code that logs; what is less is asked for.

    Args:
        clock: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._passed: dict[tuple[str, int], float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Say whether a record passes; a warning that does is shortened."""
        if record.levelno < logging.WARNING:
            return True
        if _is_false_alarm(record):
            return False
        kind, now = (record.pathname, record.lineno), self._clock()
        if now - self._passed.get(kind, -INTERVAL) < INTERVAL:
            return False
        self._passed[kind] = now
        _shorten(record)
        return True


def configure_rare_warnings() -> None:
    """Put the filter before every logger that OpenTelemetry's packages have by now."""
    rare = RareWarnings()
    for name, logger in list(logging.root.manager.loggerDict.items()):
        if isinstance(logger, logging.Logger) and name.partition(".")[0] == "opentelemetry":
            logger.addFilter(rare)


def _is_false_alarm(record: logging.LogRecord) -> bool:
    """Tell whether a view is said to conflict with itself.

    So it is where two libraries measure the same, as the clients of two databases do: the SDK compares
    names and forgets the scopes, which tell the metrics apart.
    """
    views = record.args
    return record.msg == _CONFLICT and isinstance(views, tuple) and views[0] is views[1]


def _shorten(record: logging.LogRecord) -> None:
    try:
        text = record.getMessage()
    except Exception:  # noqa: BLE001 - an argument may be an object that cannot be shown
        text = shown(record.msg)
    if len(text) > LONGEST:
        text = cut(text, LONGEST)
    record.msg, record.args = text, ()
