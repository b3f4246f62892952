"""Measures CPython's garbage collector, which knows its own numbers.

https://opentelemetry.io/docs/specs/semconv/runtime/cpython-metrics/
"""

import gc
from collections.abc import Callable, Iterable

from opentelemetry.metrics import CallbackOptions, Meter, Observation
from opentelemetry.semconv._incubating.attributes.cpython_attributes import (  # pyright: ignore[reportMissingTypeStubs]
    CPYTHON_GC_GENERATION,
)

_MEASURED = (
    ("cpython.gc.collections", "collections", "{collection}", "Times a generation was collected."),
    ("cpython.gc.collected_objects", "collected", "{object}", "Objects collected in a generation."),
    (
        "cpython.gc.uncollectable_objects",
        "uncollectable",
        "{object}",
        "Objects found to be uncollectable in a generation.",
    ),
)


def create_gc_metrics(meter: Meter) -> None:
    """Create the observable counters of the garbage collector.

    Args:
        meter: reports them at each collection.
    """
    for name, key, unit, description in _MEASURED:
        meter.create_observable_counter(name, [_reading(key)], unit, description)


def _reading(key: str) -> Callable[[CallbackOptions], Iterable[Observation]]:
    def callback(_options: CallbackOptions) -> Iterable[Observation]:
        for generation, statistics in enumerate(gc.get_stats()):
            yield Observation(statistics[key], {CPYTHON_GC_GENERATION: generation})

    return callback
