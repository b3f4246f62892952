"""The share of processor time, whoever looks and when."""

import pytest

from otel_distro.metrics.cpu_load import CpuLoad


class _Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> _Clock:
    """Let time pass as the test says."""
    return _Clock()


def test_share_is_of_all_processors_since_the_last_look(clock: _Clock) -> None:
    """Two seconds of work in four seconds on two processors are a quarter."""
    load = CpuLoad(2, clock)
    clock.now += 4

    assert load.share(2.0) == 0.25

    clock.now += 10
    assert load.share(3.0) == 0.05


def test_second_reader_is_told_the_same(clock: _Clock) -> None:
    """A scrape in the moment of an export does not see an idle process, or one that is all work."""
    load = CpuLoad(1, clock)
    clock.now += 2
    first = load.share(1.0)
    clock.now += 0.01

    assert load.share(1.01) == first == 0.5


def test_work_of_before_is_not_counted(clock: _Clock) -> None:
    """What the process did before it was looked at, such as its imports, is no load."""
    load = CpuLoad(1, clock)
    load.begin(5.0)
    clock.now += 2

    assert load.share(5.5) == 0.25
