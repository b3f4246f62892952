"""The Collector: with the viewer inside in the embedded profile, in front of the backends in the full one."""

from stack.build.binaries import Binaries
from stack.components.component import Component
from stack.components.probes import all_of, answers, listens
from stack.components.stores import data_directory
from stack.ports import LOOPBACK
from stack.settings import CHECKOUT, Settings

_CONFIG = CHECKOUT / "collector" / "config"


def collector(settings: Settings, binaries: Binaries) -> Component:
    """Return the Collector of the settings' profile."""
    ports = settings.ports
    receives = all_of(
        answers(ports.collector_health, "/"), listens(ports.otlp_grpc), listens(ports.otlp_http)
    )
    embedded = settings.profile == "embedded"
    viewer = answers(ports.viewer, "/")
    return Component(
        name="collector",
        command=(str(binaries("otelcol")), *_configurations(settings)),
        environ=_environ(settings),
        is_ready=all_of(receives, viewer) if embedded else receives,
        address=f"http://{LOOPBACK}:{ports.otlp_http}",
        ports=(
            *("otlp_grpc", "otlp_http", "collector_health", "collector_metrics", "collector_prometheus"),
            *(("viewer",) if embedded else ()),
        ),
        needs=() if embedded else ("tempo", "loki", "prometheus"),
    )


# What is added where a variable is set, to the full profile alone: the small one has no queue on disk.
_OVERLAYS = {"SENTRY_OTLP_ENDPOINT": "sentry", "TRACE_SAMPLE_PERCENT": "sampling"}


def _configurations(settings: Settings) -> list[str]:
    full = settings.profile == "full"
    overlays = [name for variable, name in _OVERLAYS.items() if settings.collector_environ.get(variable)]
    names = ["base", "travel-crm", settings.profile, *(overlays if full else [])]
    return [f"--config={_CONFIG / name}.yaml" for name in names]


def _environ(settings: Settings) -> dict[str, str]:
    ports = settings.ports
    return {
        "LISTEN_HOST": LOOPBACK,
        **ports.as_environ(),
        "COLLECTOR_STORAGE_DIR": str(data_directory(settings, "collector")),
        "TEMPO_OTLP_ENDPOINT": f"http://{LOOPBACK}:{ports.tempo_otlp}",
        "PROMETHEUS_OTLP_ENDPOINT": f"http://{LOOPBACK}:{ports.prometheus}/api/v1/otlp",
        "LOKI_OTLP_ENDPOINT": f"http://{LOOPBACK}:{ports.loki}/otlp",
        **settings.collector_environ,
    }
