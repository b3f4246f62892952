"""What a process says of itself: once, and by the one whom it concerns."""

import threading

import pytest

from otel_distro.processes.announcement import Announcement


def test_second_one_waits_for_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """An end does not cut off what another thread is saying, and does not say it again."""
    monkeypatch.setattr("otel_distro.processes.announcement._PATIENCE", 60)
    begun, let_on = threading.Event(), threading.Event()
    said: list[bool] = []
    announcement = Announcement()

    def say(exports: bool) -> None:
        begun.set()
        let_on.wait(60)
        said.append(exports)

    announcement.prepare(say)
    first = threading.Thread(target=announcement.make, kwargs={"exports": True})
    first.start()
    begun.wait(60)
    threading.Timer(0.1, let_on.set).start()
    announcement.make(exports=False)

    assert said == [True]
    first.join(60)


def test_supervisor_leaves_it_to_its_children() -> None:
    """A worker that is forked says what its supervisor did not; its own children do not."""
    said: list[bool] = []
    announcement = Announcement()
    announcement.prepare(said.append)
    announcement.leave_to_children()

    announcement.make(exports=True)
    assert said == []

    announcement.begin_in_child()
    announcement.make(exports=True)
    announcement.begin_in_child()
    announcement.make(exports=True)
    assert said == [True]


def test_child_of_a_process_that_reports_says_nothing() -> None:
    """Its parent says it, then or later."""
    said: list[bool] = []
    announcement = Announcement()
    announcement.prepare(said.append)

    announcement.begin_in_child()
    announcement.make(exports=True)

    assert said == []
