"""Lines arrive whole, steps say how long things take."""

import io

import pytest
from rich.console import Console
from rich.table import Table

from stack.terminal import Terminal, duration


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.44, "0.4 s"), (2, "2 s"), (9.96, "10.0 s"), (12.3, "12 s"), (60, "1 min"), (200.2, "3 min 20 s")],
)
def test_durations_are_said_as_people_say_them(seconds: float, text: str) -> None:
    """Tenths matter below ten seconds, seconds below the minute."""
    assert duration(seconds) == text


def test_long_lines_are_not_broken() -> None:
    """A command that is copied from the screen is the command that was meant."""
    screen = io.StringIO()
    line = "curl " + "x" * 300 + " [bold] :smile:"

    Terminal(Console(file=screen, width=80)).line(line)

    assert screen.getvalue() == f"{line}\n"


def test_step_says_what_usually_takes_how_long() -> None:
    """In a file it is one line before and one after."""
    screen = io.StringIO()

    with Terminal(Console(file=screen, width=80)).step("building tempo", "built tempo", 240):
        pass

    assert screen.getvalue() == "building tempo, usually 4 min\nbuilt tempo in 0.0 s\n"


def test_step_that_fails_is_not_called_done() -> None:
    """What follows is the error."""
    screen = io.StringIO()

    with (
        pytest.raises(OSError, match="disk"),
        Terminal(Console(file=screen, width=80)).step("building tempo", "built tempo"),
    ):
        raise OSError("disk")

    assert screen.getvalue() == "building tempo\n"


def test_table_in_a_file_is_not_cut_to_a_screen() -> None:
    """Who greps the status finds the whole address."""
    screen = io.StringIO()
    table = Table("component", "address", box=None)
    table.add_row("api" * 20, "http://127.0.0.1:8000/" + "x" * 60)

    Terminal(Console(file=screen, width=80)).show(table)

    assert "x" * 60 in screen.getvalue().splitlines()[1]
