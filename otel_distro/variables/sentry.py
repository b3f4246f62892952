"""Variables about errors that go to Sentry.

https://docs.sentry.io/platforms/python/configuration/options/
"""

from dataclasses import dataclass

from otel_distro import parsing
from otel_distro.variables.variable import setting


@dataclass(frozen=True)
class SentrySettings:
    """Where errors go, and what they carry."""

    sentry_dsn: str | None = setting(
        "SENTRY_DSN", "", parsing.text, "errors go to Sentry only when set", secret=True
    )
    sentry_environment: str | None = setting(
        "SENTRY_ENVIRONMENT", "", parsing.text, "the environment on Sentry's events"
    )
    sentry_release: str | None = setting("SENTRY_RELEASE", "", parsing.text, "the release on Sentry's events")
