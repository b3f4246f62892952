"""Measures this process: processor time, memory, threads, files, for how long it runs.

Created by the runtime instrumentation. A forked child measures itself, not its parent. What a
platform cannot tell is left out.
https://opentelemetry.io/docs/specs/semconv/system/process-metrics/
"""

import os
import time
from collections.abc import Callable, Iterable

import psutil
from opentelemetry.metrics import CallbackOptions, Meter, Observation
from opentelemetry.semconv._incubating.attributes.cpu_attributes import (  # pyright: ignore[reportMissingTypeStubs]
    CPU_MODE,
)
from opentelemetry.semconv._incubating.attributes.process_attributes import (  # pyright: ignore[reportMissingTypeStubs]
    PROCESS_CONTEXT_SWITCH_TYPE,
)

from otel_distro.metrics.cpu_load import CpuLoad
from otel_distro.metrics.memory_limit import memory_limit

Observe = Callable[[psutil.Process], Iterable[Observation]]


class ProcessMetrics:
    """The observable instruments of one process.

    Args:
        meter: reports them at each collection.
    """

    def __init__(self, meter: Meter) -> None:
        self._process = psutil.Process()
        self._load = CpuLoad(_usable_processors())
        self._load.begin(_used(self._process))
        self._limit = memory_limit()
        self._create_of_processor(meter)
        self._create_of_memory(meter)
        self._create_of_resources(meter)

    def _create_of_processor(self, meter: Meter) -> None:
        meter.create_observable_counter(
            "process.cpu.time", [self._measuring(_cpu_time)], "s", "Total CPU seconds broken down by mode."
        )
        meter.create_observable_gauge(
            "process.cpu.utilization",
            [self._measuring(lambda process: [Observation(self._load.share(_used(process)))])],
            "1",
            "CPU time of late, as a share of all CPUs that the process may use.",
        )
        meter.create_observable_counter(
            "process.context_switches",
            [self._measuring(_context_switches)],
            "{context_switch}",
            "Number of times the process has been context switched.",
        )

    def _create_of_memory(self, meter: Meter) -> None:
        meter.create_observable_up_down_counter(
            "process.memory.usage",
            [self._measuring(lambda process: [Observation(process.memory_info().rss)])],
            "By",
            "The amount of physical memory in use.",
        )
        meter.create_observable_up_down_counter(
            "process.memory.virtual",
            [self._measuring(lambda process: [Observation(process.memory_info().vms)])],
            "By",
            "The amount of committed virtual memory.",
        )
        meter.create_observable_gauge(
            "process.memory.utilization",
            [self._measuring(lambda process: [Observation(process.memory_info().rss / self._limit)])],
            "1",
            "Physical memory in use, as a share of what the process may have.",
        )

    def _create_of_resources(self, meter: Meter) -> None:
        meter.create_observable_up_down_counter(
            "process.thread.count",
            [self._measuring(lambda process: [Observation(process.num_threads())])],
            "{thread}",
            "Process threads count.",
        )
        meter.create_observable_gauge(
            "process.uptime",
            [self._measuring(lambda process: [Observation(time.time() - process.create_time())])],
            "s",
            "The time the process has been running.",
        )
        if hasattr(psutil.Process, "num_fds"):
            meter.create_observable_up_down_counter(
                "process.unix.file_descriptor.count",
                [self._measuring(lambda process: [Observation(process.num_fds())])],
                "{file_descriptor}",
                "Number of UNIX file descriptors in use by the process.",
            )

    def _measuring(self, observe: Observe) -> Callable[[CallbackOptions], list[Observation]]:
        def callback(_options: CallbackOptions) -> list[Observation]:
            try:
                return list(observe(self._current()))
            except (psutil.Error, OSError, AttributeError, NotImplementedError):
                return []

        return callback

    def _current(self) -> psutil.Process:
        if self._process.pid != os.getpid():
            self._process = psutil.Process()
            self._load.begin(_used(self._process))
        return self._process


def _used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


def _cpu_time(process: psutil.Process) -> Iterable[Observation]:
    times = process.cpu_times()
    yield Observation(times.user, {CPU_MODE: "user"})
    yield Observation(times.system, {CPU_MODE: "system"})


def _context_switches(process: psutil.Process) -> Iterable[Observation]:
    switches = process.num_ctx_switches()
    yield Observation(switches.voluntary, {PROCESS_CONTEXT_SWITCH_TYPE: "voluntary"})
    yield Observation(switches.involuntary, {PROCESS_CONTEXT_SWITCH_TYPE: "involuntary"})


def _usable_processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except (AttributeError, OSError):
        return os.cpu_count() or 1
