"""The process and its interpreter, by the conventions' current names."""

import subprocess
import sys
import textwrap
from collections.abc import Iterator

import psutil
import pytest
from opentelemetry.instrumentation.system_metrics import SystemMetricsInstrumentor

from otel_distro.instrumentation.runtime import DistroRuntimeInstrumentor
from tests.unit.otel_distro.conftest import Telemetry


@pytest.fixture
def runtime(telemetry: Telemetry, monkeypatch: pytest.MonkeyPatch) -> Iterator[Telemetry]:
    """Measure this process."""
    monkeypatch.setattr(SystemMetricsInstrumentor, "_instance", None)
    monkeypatch.setattr(DistroRuntimeInstrumentor, "_instance", None)
    DistroRuntimeInstrumentor().instrument(meter_provider=telemetry.meter_provider)
    yield telemetry
    DistroRuntimeInstrumentor().uninstrument()


def test_memory_is_measured_against_what_there_is(runtime: Telemetry) -> None:
    """Usage in bytes, and its share of the limit, by which an alert fits any machine."""
    (usage,) = runtime.points("process.memory.usage")
    (share,) = runtime.points("process.memory.utilization")

    assert usage.value == pytest.approx(psutil.Process().memory_info().rss, rel=0.2)
    assert 0 < share.value < 1


def test_processor_time_by_mode(runtime: Telemetry) -> None:
    """The attribute is `cpu.mode`."""
    times = {point.attributes["cpu.mode"]: point.value for point in runtime.points("process.cpu.time")}

    assert set(times) == {"user", "system"}
    assert times["user"] > 0


@pytest.mark.parametrize(
    "name",
    [
        *("process.cpu.utilization", "process.context_switches", "process.memory.virtual"),
        *("process.thread.count", "process.uptime", "process.unix.file_descriptor.count"),
        *("cpython.gc.collections", "cpython.gc.collected_objects", "cpython.gc.uncollectable_objects"),
    ],
)
def test_metric_is_there(runtime: Telemetry, name: str) -> None:
    """Each that `docs/metrics.md` names has points."""
    assert runtime.points(name)


def test_what_cannot_be_told_is_left_out(runtime: Telemetry, monkeypatch: pytest.MonkeyPatch) -> None:
    """A platform or a user without the right to know costs the one metric."""

    def denied(_process: psutil.Process) -> int:
        raise psutil.AccessDenied

    monkeypatch.setattr(psutil.Process, "num_threads", denied)

    assert runtime.points("process.thread.count") == []
    assert runtime.points("process.uptime")


def test_forked_child_measures_itself() -> None:
    """Contrib's goes on measuring the parent."""
    script = """
        import os, sys, time
        from opentelemetry.sdk.metrics import MeterProvider
        from opentelemetry.sdk.metrics.export import InMemoryMetricReader
        from otel_distro.instrumentation.runtime import DistroRuntimeInstrumentor

        reader = InMemoryMetricReader()
        DistroRuntimeInstrumentor().instrument(meter_provider=MeterProvider([reader]))
        time.sleep(1)
        child = os.fork()
        if child:
            os.waitpid(child, 0)
        else:
            metrics = reader.get_metrics_data().resource_metrics[0].scope_metrics[0].metrics
            (uptime,) = [m.data.data_points[0].value for m in metrics if m.name == "process.uptime"]
            print(uptime)
            sys.stdout.flush()
            os._exit(0)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True
    )

    assert float(done.stdout) < 1
