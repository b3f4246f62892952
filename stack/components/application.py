"""The service under observation: its API and its worker, started as its users start theirs."""

import sys
from pathlib import Path

from stack.components.component import Component
from stack.components.probes import answers, is_connected_to
from stack.components.stores import data_directory
from stack.ports import LOOPBACK
from stack.settings import Settings

_PROGRAMS = Path(sys.executable).parent
_NEEDS = ("redis", "mongodb", "mailpit", "collector")


def api(settings: Settings, sentry_dsn: str) -> Component:
    """Return the API under `opentelemetry-instrument`."""
    port = settings.ports.api
    return Component(
        name="api",
        command=(
            str(_PROGRAMS / "opentelemetry-instrument"),
            str(_PROGRAMS / "uvicorn"),
            "travel_crm.api.app:app",
            *("--host", LOOPBACK),
            *("--port", str(port)),
        ),
        environ=_environ(settings, "travel-crm-api", sentry_dsn),
        is_ready=answers(port, "/health/ready"),
        address=f"http://{LOOPBACK}:{port}",
        ports=("api",),
        needs=_NEEDS,
    )


def worker(settings: Settings, sentry_dsn: str) -> Component:
    """Return the worker under `opentelemetry-instrument`; it listens nowhere, but holds on to the jobs."""
    return Component(
        name="worker",
        command=(
            str(_PROGRAMS / "opentelemetry-instrument"),
            str(_PROGRAMS / "python"),
            *("-m", "travel_crm.worker"),
        ),
        environ=_environ(settings, "travel-crm-worker", sentry_dsn),
        is_ready=is_connected_to(settings.ports.redis),
        address="takes jobs from redis",
        needs=_NEEDS,
    )


def _environ(settings: Settings, name: str, sentry_dsn: str) -> dict[str, str]:
    ports = settings.ports
    return {
        "MONGODB_URI": f"mongodb://{LOOPBACK}:{ports.mongodb}/travel_crm",
        "REDIS_URL": f"redis://{LOOPBACK}:{ports.redis}/0",
        "SMTP_URL": f"smtp://{LOOPBACK}:{ports.smtp}",
        "OTEL_SERVICE_NAME": name,
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{LOOPBACK}:{ports.otlp_http}",
        # Metrics are on the page seconds after a request, not a minute.
        "OTEL_METRIC_EXPORT_INTERVAL": "5000",
        # With the rest of the stack's data, so that wiping it leaves nothing to be sent again.
        "OTEL_DISTRO_SPOOL_DIR": str(data_directory(settings, "spool")),
        # Lines are in the log when they are written, not when four kilobytes of them are.
        "PYTHONUNBUFFERED": "1",
        **({"SENTRY_DSN": sentry_dsn} if sentry_dsn else {}),
        **settings.service_environ,
    }
