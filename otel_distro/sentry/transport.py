"""Sends events to Sentry, and says so where one is lost.

Sentry's own transport loses them in silence, or in three lines of urllib3's for each, as logging
happens to be set up.
https://docs.sentry.io/platforms/python/configuration/options/#transport
"""

import logging
import time
from typing import Any

from sentry_sdk.transport import HttpTransport

_SECONDS_BETWEEN_WARNINGS = 60.0

_logger = logging.getLogger(__name__)


class TellingTransport(HttpTransport):
    """Warns of lost events, once a minute at most.

    Args:
        options: Sentry's.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        super().__init__(options)
        self._next_warning = 0.0

    def on_dropped_event(self, _reason: str) -> None:
        """Warn of a lost event, if it is time.

        Args:
            _reason: such as `network`, `status_403` or `full_queue`.
        """
        if time.monotonic() < self._next_warning:
            return
        self._next_warning = time.monotonic() + _SECONDS_BETWEEN_WARNINGS
        _logger.warning(
            "errors are lost on the way to Sentry (%s); the next loss is told in a minute", _reason
        )

    def _get_pool_options(self) -> dict[str, Any]:
        # urllib3 would log each of three tries that follow one another at once.
        return {**super()._get_pool_options(), "retries": False}
