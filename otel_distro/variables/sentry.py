"""Variables about errors, profiles and traces that go to Sentry.

A rate that is none is 0: nothing is sent that nobody asked for.

https://docs.sentry.io/platforms/python/configuration/options/
"""

from dataclasses import dataclass

from otel_distro import parsing
from otel_distro.variables.variable import own, setting


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
    sentry_traces_rate: float = own(
        "SENTRY_TRACES_SAMPLE_RATE",
        "0.1",
        parsing.rate,
        "the share of traces that the Collector forwards to Sentry; in the process it changes nothing",
    )
    sentry_profiles_rate: float = own(
        "SENTRY_PROFILES_SAMPLE_RATE",
        "0.1",
        parsing.rate,
        "the share of processes that send profiles to Sentry, from start to end",
    )
