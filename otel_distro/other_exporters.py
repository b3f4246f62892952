"""Adds the exporters that are not ours, such as `console` or `zipkin`, one by one.

Called by `configurator.py` once the SDK's providers are there. The SDK would construct them itself
and give up on all signals where one fails.
https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#exporter-selection
"""

import atexit
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import entry_points
from typing import Any

from opentelemetry._logs import get_logger_provider
from opentelemetry.metrics import get_meter_provider
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import get_tracer_provider

from otel_distro.delivery.settings import Signal
from otel_distro.delivery.stderr import write_line
from otel_distro.settings import PROMETHEUS, Settings
from otel_distro.variables.masking import masked

OURS = ("otlp", PROMETHEUS, "none")
"""How the names of exporters begin that `export.py` sees to, and of none at all."""

_Add = Callable[[Any], None]


def add_other_exporters(settings: Settings) -> None:
    """Let the global providers export with what the variables name beside OTLP and Prometheus.

    An exporter that cannot be set up costs one line on standard error.
    """
    for signal, (names, add) in _wanted(settings).items():
        for name in names:
            if not name.startswith(OURS):
                _add(signal, name, add)


def _wanted(settings: Settings) -> Mapping[Signal, tuple[Iterable[str], _Add]]:
    return {
        "traces": (settings.traces_exporter, _add_to_traces),
        "metrics": (settings.metrics_exporter, _add_to_metrics),
        "logs": (settings.logs_exporter, _add_to_logs),
    }


def _add(signal: Signal, name: str, add: _Add) -> None:
    try:
        (found,) = entry_points(group=f"opentelemetry_{signal}_exporter", name=name)
        add(found.load()())
    except Exception as error:  # noqa: BLE001 - whatever a third party's exporter raises
        reason = masked(repr(error))
        write_line(f"OTEL_{signal.upper()}_EXPORTER: {name!r} cannot be set up: {reason}; it is left out")


def _add_to_traces(exporter: Any) -> None:
    provider: Any = get_tracer_provider()
    provider.add_span_processor(BatchSpanProcessor(exporter))


def _add_to_metrics(exporter: Any) -> None:
    """Add an exporter, or what reads the metrics itself."""
    provider: Any = get_meter_provider()
    reader: Any = exporter if isinstance(exporter, MetricReader) else PeriodicExportingMetricReader(exporter)
    provider.add_metric_reader(reader)
    # The provider collects a last time with the readers that it was made with, and with no others.
    atexit.register(reader.shutdown)


def _add_to_logs(exporter: Any) -> None:
    provider: Any = get_logger_provider()
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
