"""Measures the process and its interpreter, by the conventions' current names.

`distro.py` loads `DistroRuntimeInstrumentor` in place of contrib's, which measures the whole
machine as well, once in every worker (a Collector's host metrics receiver does that once a machine),
uses superseded names, and goes on measuring the parent after a fork.
https://opentelemetry.io/docs/specs/semconv/system/process-metrics/
https://opentelemetry.io/docs/specs/semconv/runtime/cpython-metrics/
"""

from platform import python_implementation
from typing import Any

from opentelemetry.instrumentation.system_metrics import SystemMetricsInstrumentor
from opentelemetry.metrics import get_meter
from opentelemetry.semconv.schemas import Schemas

from otel_distro.metrics.garbage_collection import create_gc_metrics
from otel_distro.metrics.process import ProcessMetrics
from otel_distro.version import VERSION


class DistroRuntimeInstrumentor(SystemMetricsInstrumentor):
    """Creates the instruments of this process."""

    # Without one of its own, this class would hand out contrib's instance where one exists.
    _instance = None

    def _instrument(self, **kwargs: Any) -> None:
        """Create the instruments; they are observed for as long as the process lives.

        Args:
            **kwargs: `meter_provider`, as contrib's.
        """
        schema = list(Schemas)[-1].value
        meter = get_meter(__name__, VERSION, kwargs.get("meter_provider"), schema_url=schema)
        ProcessMetrics(meter)
        if python_implementation() == "CPython":
            create_gc_metrics(meter)
