"""What the supervisor does with components that die, seen with small programs in their place."""

import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from stack.components.component import Component
from stack.errors import StackError
from stack.running import Stack, owned, running
from stack.settings import Settings
from stack.supervision.client import ProcessState
from stack.supervision.incidents import read
from stack.supervision.leftovers import find_processes
from stack.terminal import Terminal
from tests.integration.stack.conftest import wait_until


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A stack in a directory with a space in its name."""
    return Settings.on_free_ports(tmp_path / "a stack", "embedded")


def shell_component(name: str, script: str, *needs: str, patience: int = 30) -> Component:
    """Return a component that runs a line of shell and is ready once that has written `NAME.ready`."""
    return Component(
        name,
        ("sh", "-c", script),
        lambda pid: Path(psutil.Process(pid).cwd(), f"{name}.ready").exists(),
        "",
        needs=needs,
        patience=patience,
    )


STEADY = shell_component("steady", "touch steady.ready; exec sleep 600")


def by_name(stack: Stack) -> dict[str, ProcessState]:
    """Return how each component of a stack is."""
    return {state.name: state for state in stack.states()}


@pytest.fixture
def nothing_left(settings: Settings) -> Iterator[None]:
    """Look, when the test is over, whether everything that it started is gone."""
    yield
    assert find_processes(settings.directory) == []


@pytest.mark.usefixtures("nothing_left")
def test_one_that_dies_again_and_again_is_tried_ever_later(settings: Settings, terminal: Terminal) -> None:
    """The attempts come further and further apart, each death is on the list, and the others run on."""
    script = "date +%s.%N >> attempts; [ -e flaky.ready ] && exit 1; touch flaky.ready; exec sleep 600"
    flaky = shell_component("flaky", script)
    with running(settings, [STEADY, flaky], terminal) as stack:
        before = by_name(stack)
        psutil.Process(before["flaky"].pid).kill()
        attempts = settings.directory / "attempts"
        wait_until(lambda: len(attempts.read_text().split()) >= 6, seconds=60)
        # The sixth may not have died yet.
        wait_until(lambda: not by_name(stack)["flaky"].runs)

        times = [float(line) for line in attempts.read_text().split()]
        deaths = [one.component for one in read(stack.files.incidents) if one.died]
        after = by_name(stack)

    assert times[2] - times[1] < times[5] - times[4]
    assert deaths.count("flaky") >= 3
    assert set(deaths) == {"flaky"}
    assert after["steady"].pid == before["steady"].pid


@pytest.mark.usefixtures("nothing_left")
def test_one_that_is_needed_is_ready_first(settings: Settings, terminal: Terminal) -> None:
    """The second is started when the first can serve, not when it has a process."""
    slow = shell_component("slow", "sleep 1; touch slow.ready; exec sleep 600")
    script = "[ -e slow.ready ] && touch second.ready; exec sleep 600"

    with running(settings, [shell_component("second", script, "slow"), slow], terminal) as stack:
        assert all(state.runs for state in stack.states())


@pytest.mark.usefixtures("nothing_left")
def test_one_that_never_becomes_ready_is_given_up(settings: Settings, terminal: Terminal) -> None:
    """Its patience over, the line names it and its log, and the last lines of that follow."""
    mute = shell_component("mute", "echo waiting for Godot; exec sleep 600", patience=3)

    with (
        pytest.raises(StackError, match=r"^mute was not ready within 3 s: see .*mute\.log") as raised,
        running(settings, [STEADY, mute], terminal),
    ):
        pass

    assert raised.value.details == ("waiting for Godot",)


@pytest.mark.usefixtures("nothing_left")
def test_program_that_cannot_be_run_is_one_line(settings: Settings, terminal: Terminal) -> None:
    """A missing program is said by its path."""
    missing = Component("missing", ("/no/such/program",), lambda pid: True, "")

    with pytest.raises(StackError, match="/no/such/program"), running(settings, [missing], terminal):
        pass


@pytest.mark.usefixtures("nothing_left")
def test_one_that_ignores_the_signal_is_killed_with_its_children(
    settings: Settings, terminal: Terminal
) -> None:
    """Stopping takes as long as the component is given, and no longer."""
    deaf = Component(
        "deaf",
        ("sh", "-c", "trap '' TERM; sh -c 'trap \"\" TERM; sleep 600' & sleep 600"),
        lambda pid: True,
        "",
        seconds_to_stop=1,
    )
    stack = Stack(settings, terminal)
    with owned(stack, [deaf]):
        stack.add([deaf])
        began = time.monotonic()

    assert time.monotonic() - began < 30


@pytest.mark.usefixtures("nothing_left")
def test_components_get_nothing_of_the_shell_but_what_they_need(
    settings: Settings, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable that was exported for something else does not change what is measured."""
    monkeypatch.setenv("OTEL_SDK_DISABLED", "true")
    monkeypatch.setenv("SENTRY_DSN", "https://key@sentry.example.com/1")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")

    with running(settings, [STEADY], terminal) as stack:
        (state,) = stack.states()
        environ = psutil.Process(state.pid).environ()

    assert not {"OTEL_SDK_DISABLED", "SENTRY_DSN", "AWS_SECRET_ACCESS_KEY"} & set(environ)
    assert "PATH" in environ


@pytest.mark.usefixtures("nothing_left")
def test_files_of_a_stack_are_its_users_own(settings: Settings, terminal: Terminal) -> None:
    """Nobody else reads the mail, the logs and the keys."""
    with running(settings, [STEADY], terminal) as stack:
        assert stack.files.directory.stat().st_mode & 0o077 == 0
        assert stack.files.configuration.stat().st_mode & 0o077 == 0
