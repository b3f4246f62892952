"""Measures the process itself: processor time, memory, threads, garbage collection.

Contrib's instrumentation measures the whole machine as well, once in every worker; a Collector's
host metrics receiver does that once a machine.
https://opentelemetry.io/docs/specs/semconv/system/process-metrics/
https://opentelemetry.io/docs/specs/semconv/runtime/cpython-metrics/
"""

from opentelemetry.instrumentation.system_metrics import SystemMetricsInstrumentor

_OF_THIS_PROCESS: dict[str, list[str] | None] = {
    "process.context_switches": ["involuntary", "voluntary"],
    "process.cpu.time": ["user", "system"],
    "process.cpu.utilization": ["user", "system"],
    "process.memory.usage": None,
    "process.memory.virtual": None,
    "process.open_file_descriptor.count": None,
    "process.thread.count": None,
    "cpython.gc.collections": None,
    "cpython.gc.collected_objects": None,
    "cpython.gc.uncollectable_objects": None,
}


class DistroRuntimeInstrumentor(SystemMetricsInstrumentor):
    """Contrib's instrumentor, for this process alone."""

    def __init__(self) -> None:
        super().__init__(config=_OF_THIS_PROCESS)
