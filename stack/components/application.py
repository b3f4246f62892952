"""The service under observation, started as its users start theirs: API, worker, and the payment gateway."""

import sys
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit

from stack.components.component import Component
from stack.components.probes import answers, is_connected_to
from stack.components.service_metrics import NAMES, metrics_environ
from stack.components.stores import data_directory
from stack.demo_key import demo_key
from stack.ports import LOOPBACK
from stack.settings import Settings
from stack.supervision.files import Files

_PROGRAMS = Path(sys.executable).parent
# The level of the first two is played in minutes; the others are never missed by accident.
_SERVICE_LEVELS = "low=7200,normal=3600,high=10,urgent=5"
_NEEDS = ("redis", "mongodb", "mailpit", "collector")


def api(settings: Settings, sentry_dsn: str) -> Component:
    """Return the API under `opentelemetry-instrument`."""
    ports = settings.ports
    port = ports.api
    return Component(
        name="api",
        command=(
            str(_PROGRAMS / "opentelemetry-instrument"),
            str(_PROGRAMS / "uvicorn"),
            "travel_crm.api.app:app",
            *("--host", LOOPBACK),
            *("--port", str(port)),
            # The server edge writes the access record.
            "--no-access-log",
        ),
        environ=_environ(settings, "travel-crm-api", ports.api_metrics, sentry_dsn),
        is_ready=answers(port, "/health/ready"),
        address=f"http://{LOOPBACK}:{port}",
        ports=("api", "api_metrics"),
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
        environ=_environ(settings, "travel-crm-worker", settings.ports.worker_metrics, sentry_dsn),
        is_ready=is_connected_to(_redis_port(settings)),
        address="takes jobs from redis",
        ports=("worker_metrics",),
        needs=_NEEDS,
    )


def gateway(settings: Settings) -> Component:
    """Return the payment gateway, which stands for a company outside and fails as it is told to."""
    ports = settings.ports
    port = ports.gateway
    return Component(
        name="gateway",
        command=(
            str(_PROGRAMS / "opentelemetry-instrument"),
            str(_PROGRAMS / "uvicorn"),
            "travel_crm.gateway_simulator.app:app",
            *("--host", LOOPBACK),
            *("--port", str(port)),
        ),
        environ=_telemetry(settings, "payment-gateway", ports.gateway_metrics),
        is_ready=answers(port, "/health/live"),
        address=f"http://{LOOPBACK}:{port}",
        ports=("gateway", "gateway_metrics"),
        needs=("collector",),
    )


def _redis_port(settings: Settings) -> int:
    own = settings.service_environ.get("REDIS_URL")
    return (urlsplit(own).port or 6379) if own else settings.ports.redis


def _environ(settings: Settings, name: str, metrics_port: int, sentry_dsn: str) -> dict[str, str]:
    ports = settings.ports
    return {
        "MONGODB_URI": f"mongodb://{LOOPBACK}:{ports.mongodb}/travel_crm",
        "REDIS_URL": f"redis://{LOOPBACK}:{ports.redis}/0",
        "SMTP_URL": f"smtp://{LOOPBACK}:{ports.smtp}",
        "CARDPAY_URL": f"http://{LOOPBACK}:{ports.gateway}",
        "SEED_DEMO": "true",
        "DEMO_API_KEY": demo_key(settings),
        "SLA_FIRST_ANSWER_SECONDS": _SERVICE_LEVELS,
        # Of both together; what each says by itself is in its own log beside them.
        "LOG_DIR": str(Files(settings.directory).logs),
        **({"SENTRY_DSN": sentry_dsn} if sentry_dsn else {}),
        **_telemetry(settings, name, metrics_port),
        "OTEL_DISTRO_SCRAPED_NAMES": NAMES,
        **settings.service_environ,
        "OTEL_RESOURCE_ATTRIBUTES": _attributes(settings),
    }


def _telemetry(settings: Settings, name: str, metrics_port: int) -> dict[str, str]:
    ports = settings.ports
    return {
        "OTEL_SERVICE_NAME": name,
        "OTEL_RESOURCE_ATTRIBUTES": _attributes(settings),
        "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{LOOPBACK}:{ports.otlp_http}",
        **metrics_environ(metrics_port),
        # With the rest of the stack's data, so that wiping it leaves nothing to be sent again.
        "OTEL_DISTRO_SPOOL_DIR": str(data_directory(settings, "spool")),
        # Lines are in the log when they are written, not when four kilobytes of them are.
        "PYTHONUNBUFFERED": "1",
        # Probes are measured and not traced.
        "OTEL_PYTHON_FASTAPI_EXCLUDED_URLS": "health",
    }


def _attributes(settings: Settings) -> str:
    own = settings.service_environ.get("OTEL_RESOURCE_ATTRIBUTES")
    return ",".join(filter(None, (f"service.version={version('travel-crm')}", own)))
