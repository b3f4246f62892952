"""A forked child is a process of its own: nothing twice, nothing lost, nothing stuck."""

import signal
import subprocess
import sys
from collections import Counter

import pytest

from tests.integration.otel_distro.conftest import PROGRAMS
from tests.integration.otel_distro.delivery.scripted_grpc import ScriptedGrpcCollector, running
from tests.integration.otel_distro.otlp_sink import OtlpSink
from tests.integration.otel_distro.processes.servers import APPLICATIONS
from tests.integration.otel_distro.processes.telemetry import counted, instances, process_ids


def command_of(script: str, *arguments: str) -> list[str]:
    """Return the command that runs a script under the launcher."""
    return [
        str(PROGRAMS / "opentelemetry-instrument"),
        sys.executable,
        str(APPLICATIONS / script),
        *arguments,
    ]


def run(script: str, *arguments: str, environment: dict[str, str], seconds: float = 120) -> str:
    """Run a script under the launcher, and return what it printed."""
    command = command_of(script, *arguments)
    done = subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=seconds, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_fork_in_mid_export(environment: dict[str, str], otlp_sink: OtlpSink) -> None:
    """Of 100 children none hangs, and each thing arrives once (Processes 2 and 4; row 8)."""
    printed = run("forking.py", "mid-export", environment=environment)

    names = Counter(span.name for span in otlp_sink.spans)
    assert printed == ""
    assert names == {"item--1": 2000} | {f"item-{number}": 1 for number in range(100)}
    assert len({span.span_id for span in otlp_sink.spans}) == 2100
    assert counted(otlp_sink, "items") == 2100


@pytest.mark.soak
def test_fork_in_mid_export_over_grpc(environment: dict[str, str]) -> None:
    """A channel that is open across a fork stops no child, and nothing is lost or doubled (Processes 4)."""
    with running(ScriptedGrpcCollector()) as collector:
        variables = {
            "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
            "OTEL_EXPORTER_OTLP_ENDPOINT": collector.endpoint,
        }
        run("forking.py", "mid-export", environment=environment | variables)

    taken = collector.received.taken("traces")
    assert len(taken) == sum(taken.values()) == 2100


METHODS = ["fork", "spawn", pytest.param("forkserver", marks=pytest.mark.soak)]


@pytest.mark.parametrize("method", METHODS)
def test_multiprocessing(environment: dict[str, str], otlp_sink: OtlpSink, method: str) -> None:
    """Five processes leave five items, beside the two of their parent (Lifecycle; row 8)."""
    given = {"OTEL_RESOURCE_ATTRIBUTES": "service.instance.id=shop"}
    printed = run("forking.py", method, environment=environment | given)

    names = Counter(span.name for span in otlp_sink.spans)
    assert printed == ""
    assert names == {"item--1": 2} | {f"item-{number}": 1 for number in range(5)}
    assert counted(otlp_sink, "items") == 7
    assert len(process_ids(otlp_sink)) == 6
    assert all(len(pids) == 1 for pids in otlp_sink.senders.values()), "a connection was shared (Processes 3)"
    assert instances(otlp_sink) <= {"shop", *(f"shop-w{number}" for number in range(5))}


POOLS = ["pool-fork", "pool-spawn", "executor-fork", pytest.param("executor-spawn", marks=pytest.mark.soak)]


@pytest.mark.parametrize("way", POOLS)
def test_pool_that_is_terminated(environment: dict[str, str], otlp_sink: OtlpSink, way: str) -> None:
    """A SIGTERM that meets a worker as it ends takes nothing from what it recorded (Lifecycle)."""
    printed = run("forking.py", way, environment=environment)

    names = Counter(span.name for span in otlp_sink.spans)
    assert printed == ""
    assert names == {f"item-{number}": 1 for number in range(-1, 30)}
    assert counted(otlp_sink, "items") == 31


def test_child_that_is_terminated(environment: dict[str, str], otlp_sink: OtlpSink) -> None:
    """It ends by that signal, once what it recorded has arrived."""
    printed = run("forking.py", "terminate", environment=environment)

    assert printed == f"{-signal.SIGTERM}"
    assert Counter(span.name for span in otlp_sink.spans) == {"item--1": 1, "item-0": 1}
    assert counted(otlp_sink, "items") == 2


def test_child_that_misses_its_signal(environment: dict[str, str], otlp_sink: OtlpSink) -> None:
    """A signal that comes as the main thread begins to wait ends the child all the same."""
    printed = run("forking.py", "miss", environment=environment, seconds=60)

    assert printed == f"{-signal.SIGTERM}"
    assert Counter(span.name for span in otlp_sink.spans) == {"item-0": 1}


def test_exit_without_a_goodbye(environment: dict[str, str], otlp_sink: OtlpSink) -> None:
    """What a child recorded arrives, though it ends by `os._exit`; only the last moments may not."""
    command = command_of("forking.py", "exit")
    with subprocess.Popen(command, env=environment, stdin=subprocess.PIPE) as process:
        otlp_sink.wait_until(lambda: "item-0" in {span.name for span in otlp_sink.spans})
        process.communicate(timeout=60)

    assert process.returncode == 0
    assert Counter(span.name for span in otlp_sink.spans) == {"item--1": 1, "item-0": 1}
