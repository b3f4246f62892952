"""Where the telemetry ends, in the full profile: Tempo, Loki, Prometheus, Alertmanager and Bugsink.

Their command lines and environment are those of backends/README.md; compose uses the same.
"""

from stack.build.binaries import Binaries
from stack.build.bugsink_recipe import TEMPLATE
from stack.components.component import Component
from stack.components.probes import all_of, answers, listens
from stack.components.stores import data_directory
from stack.ports import LOOPBACK
from stack.settings import CHECKOUT, Settings

_BACKENDS = CHECKOUT / "backends"
_BUGSINK = CHECKOUT / "stack" / "recipes" / "bugsink"


def tempo(settings: Settings, binaries: Binaries) -> Component:
    """Return Tempo. Its own readiness is late by up to a minute, so what it is there for is asked instead."""
    ports = settings.ports
    return Component(
        name="tempo",
        command=(
            str(binaries("tempo")),
            f"-config.file={_BACKENDS / 'tempo' / 'tempo.yaml'}",
            "-config.expand-env=true",
        ),
        environ={"TEMPO_DATA_DIR": str(data_directory(settings, "tempo")), **_environ(settings)},
        is_ready=all_of(listens(ports.tempo_otlp), answers(ports.tempo, "/api/search?limit=1")),
        address=f"http://{LOOPBACK}:{ports.tempo}",
        ports=("tempo", "tempo_otlp", "tempo_grpc"),
        # Once it was asked anything it never ends by itself; what it holds is on disk in a moment.
        seconds_to_stop=2,
    )


def loki(settings: Settings, binaries: Binaries) -> Component:
    """Return Loki; it takes records long before it calls itself ready."""
    ports = settings.ports
    return Component(
        name="loki",
        command=(
            str(binaries("loki")),
            f"-config.file={_BACKENDS / 'loki' / 'loki.yaml'}",
            "-config.expand-env=true",
        ),
        environ={"LOKI_DATA_DIR": str(data_directory(settings, "loki")), **_environ(settings)},
        is_ready=answers(ports.loki, "/loki/api/v1/labels"),
        address=f"http://{LOOPBACK}:{ports.loki}",
        ports=("loki", "loki_grpc"),
    )


def prometheus(settings: Settings, binaries: Binaries) -> Component:
    """Return Prometheus, through the script that writes its targets and thresholds from the environment."""
    port = settings.ports.prometheus
    return Component(
        name="prometheus",
        command=("sh", str(_BACKENDS / "prometheus" / "start.sh"), str(binaries("prometheus"))),
        environ={
            "PROMETHEUS_DATA_DIR": str(data_directory(settings, "prometheus")),
            **_environ(settings),
            **settings.prometheus_environ,
        },
        is_ready=answers(port, "/-/ready"),
        address=f"http://{LOOPBACK}:{port}",
        ports=("prometheus",),
    )


def alertmanager(settings: Settings, binaries: Binaries) -> Component:
    """Return Alertmanager, through the script that writes its receivers from the environment.

    An e-mail ends in the stack's own mailbox, and no alert waits as long as it would in production.
    """
    ports = settings.ports
    return Component(
        name="alertmanager",
        command=("sh", str(_BACKENDS / "alertmanager" / "start.sh"), str(binaries("alertmanager"))),
        environ={
            "ALERTMANAGER_DATA_DIR": str(data_directory(settings, "alertmanager")),
            "SMTP_URL": f"smtp://{LOOPBACK}:{ports.smtp}",
            "ADMIN_EMAIL": "admin@travel-crm.example",
            "ALERT_GROUP_WAIT": "5s",
            "ALERT_GROUP_INTERVAL": "15s",
            **_environ(settings),
            **settings.alertmanager_environ,
        },
        is_ready=answers(ports.alertmanager, "/-/ready"),
        address=f"http://{LOOPBACK}:{ports.alertmanager}",
        ports=("alertmanager",),
    )


def bugsink(settings: Settings, binaries: Binaries) -> Component:
    """Return Bugsink, which takes errors as Sentry does."""
    port = settings.ports.bugsink
    environment = binaries("gunicorn").parent.parent
    return Component(
        name="bugsink",
        command=(
            str(environment / "bin" / "python"),
            str(_BUGSINK / "serve.py"),
            str(environment / TEMPLATE),
        ),
        environ={
            "BUGSINK_DATA_DIR": str(data_directory(settings, "bugsink")),
            "BUGSINK_PORT": str(port),
            "PYTHONPATH": str(_BUGSINK),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        is_ready=answers(port, "/health/ready"),
        address=f"http://{LOOPBACK}:{port}",
        ports=("bugsink",),
    )


def _environ(settings: Settings) -> dict[str, str]:
    return {"LISTEN_HOST": LOOPBACK, **settings.ports.as_environ()}
