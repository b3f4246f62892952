"""What the guards of the API cost a call with plain values: `python -m benchmarks.guards`.

Processor time, the best of several rounds, of the SDK's own providers and then of the guarded ones.
"""

import time
import timeit
from collections.abc import Callable
from typing import Any

from opentelemetry.sdk._logs import LoggerProvider
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from rich.console import Console
from rich.table import Table

from otel_distro.logs.guarded_logger import GuardedLoggerProvider
from otel_distro.metrics.guarded_meter import GuardedMeterProvider
from otel_distro.otlp.surface import Surface
from otel_distro.trace.guarded_span import configure_guarded_spans
from otel_distro.trace.guarded_tracer import GuardedTracerProvider

_ATTRIBUTES = {"method": "GET", "status": 200, "cached": True, "share": 0.5}
_CALLS, _ROUNDS = 4_000, 15


def main() -> None:
    """Print microseconds a call."""
    surface = Surface(lambda _: None)
    readers = [[InMemoryMetricReader()], [InMemoryMetricReader()]]
    sdk = _costs(TracerProvider(), MeterProvider(readers[0]), LoggerProvider())
    configure_guarded_spans()
    guarded = _costs(
        GuardedTracerProvider(surface),
        GuardedMeterProvider(surface, metric_readers=readers[1]),
        GuardedLoggerProvider(surface),
    )
    table = Table("four plain attributes", "SDK", "guarded", title="Microseconds a call")
    for call, cost in sdk.items():
        table.add_row(call, f"{cost:.2f}", f"{guarded[call]:.2f}")
    Console().print(table)


def _costs(tracers: Any, meters: Any, loggers: Any) -> dict[str, float]:
    tracer, logger = tracers.get_tracer("benchmark"), loggers.get_logger("benchmark")
    counter = meters.get_meter("benchmark").create_counter("counter")
    span = tracer.start_span("span")
    calls: dict[str, Callable[[], Any]] = {
        "span.set_attribute": lambda: span.set_attribute("status", 200),
        "span.set_attributes": lambda: span.set_attributes(_ATTRIBUTES),
        "start_span and end": lambda: tracer.start_span("span", attributes=_ATTRIBUTES).end(),
        "counter.add": lambda: counter.add(1, _ATTRIBUTES),
        "logger.emit": lambda: logger.emit(body="text", attributes=_ATTRIBUTES),
    }
    return {name: _microseconds(call) for name, call in calls.items()}


def _microseconds(call: Callable[[], Any]) -> float:
    rounds = timeit.repeat(call, number=_CALLS, repeat=_ROUNDS, timer=time.process_time)
    return min(rounds) / _CALLS * 1e6


if __name__ == "__main__":
    main()
