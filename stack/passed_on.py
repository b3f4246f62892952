"""What of a person's variables reaches which component; all others stay outside.

`settings.py` asks it with the environment that it has read.
"""

from collections.abc import Mapping
from pathlib import Path

# Sentry, Slack and PagerDuty are reached over the network, which may take a proxy; nothing else is.
_PROXIES = ("HTTPS_PROXY", "https_proxy", "NO_PROXY", "no_proxy")
# What reaches the service from the person who starts the stack, in the place of what the stack would tell it:
# a DSN of their own takes the errors instead of Bugsink, a MONGODB_URI the documents instead of FerretDB.
# Every other OTEL_* variable of their shell stays outside.
_TO_SERVICE = (
    "ADMIN_EMAIL",
    "APP_ENV",
    "ENVIRONMENT",
    "LOG_DIR",
    "LOG_FORMAT",
    "LOG_LEVEL",
    "MAIL_FROM",
    "MONGODB_URI",
    "OTEL_RESOURCE_ATTRIBUTES",
    "REDIS_URL",
    "SENTRY_DSN",
    "SENTRY_ENVIRONMENT",
    "SENTRY_PROFILES_SAMPLE_RATE",
    "SENTRY_RELEASE",
    "SENTRY_TRACES_SAMPLE_RATE",
    "SLA_FIRST_ANSWER_SECONDS",
    "SMTP_URL",
    *_PROXIES,
)
_PREFIX_TO_SERVICE = "OTEL_DISTRO_"
PASSED_TO_COLLECTOR = (
    "SENTRY_OTLP_ENDPOINT",
    "SENTRY_OTLP_PUBLIC_KEY",
    *_PROXIES,
)
# Above what there is an alert, and where its links lead; then who is told of it, and how soon.
PASSED_TO_PROMETHEUS = (
    "ALERT_ERROR_RATE_THRESHOLD",
    "ALERT_MEMORY_THRESHOLD",
    "GRAFANA_PORT",
    "GRAFANA_URL",
    "RUNBOOK_URL",
)
PASSED_TO_ALERTMANAGER = (
    "ADMIN_EMAIL",
    "ALERT_GROUP_INTERVAL",
    "ALERT_GROUP_WAIT",
    "ALERT_MAIL_FROM",
    "ALERT_REPEAT_INTERVAL",
    "PAGERDUTY_ROUTING_KEY",
    "PAGERDUTY_URL",
    "SLACK_WEBHOOK_URL",
    *_PROXIES,
)
_OWN_VARIABLES = ("OTEL_DISTRO_CACHE",)


def named(environ: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """Return those of the named variables that are set and not empty."""
    return {name: environ[name] for name in names if environ.get(name)}


def passed_to_service(environ: Mapping[str, str], checkout: Path) -> dict[str, str]:
    """Return what reaches the API, the worker and the gateway; a log directory lies in the checkout."""
    passed = {
        name: value
        for name, value in environ.items()
        if value
        and name not in _OWN_VARIABLES
        and (name in _TO_SERVICE or name.startswith(_PREFIX_TO_SERVICE))
    }
    if directory := passed.get("LOG_DIR"):
        # As the person means it, who does not know where the service's processes run.
        passed["LOG_DIR"] = str(checkout / Path(directory).expanduser())
    return passed
