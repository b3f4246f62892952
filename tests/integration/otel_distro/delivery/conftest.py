"""A scripted Collector, and programs that send to it, for one test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.otel_distro.delivery.exits import environment
from tests.integration.otel_distro.delivery.process import Process
from tests.integration.otel_distro.delivery.scripted_collector import ScriptedCollector

Start = Callable[..., Process]


@pytest.fixture
def collector() -> Iterator[ScriptedCollector]:
    """Listen, healthy until a test says otherwise."""
    scripted = ScriptedCollector().start()
    yield scripted
    scripted.stop()


@pytest.fixture
def spool(tmp_path: Path) -> Path:
    """Where all processes of the test keep what was not delivered."""
    return tmp_path / "spool"


@pytest.fixture
def start(collector: ScriptedCollector, spool: Path) -> Iterator[Start]:
    """Return a function that starts a program; none outlives the test."""
    started: list[Process] = []

    def run(variables: dict[str, str] | None = None, **options: object) -> Process:
        given = environment(collector, "http/protobuf", spool) | (variables or {})
        started.append(Process(given, **options))
        return started[-1]

    yield run
    for process in started:
        if process.popen.poll() is None:
            process.kill()
