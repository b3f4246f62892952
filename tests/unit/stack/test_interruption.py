"""What a command says that a signal has ended."""

import sys

import pytest

from stack import __main__ as command_line
from stack.commands.signals import Interrupted
from stack.terminal import Terminal


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("up", "stack: interrupted; nothing that was started runs on\n"),
        ("demo", "stack: interrupted; nothing that was started runs on\n"),
        ("traffic", "stack: interrupted\n"),
        ("build", "stack: interrupted\n"),
    ],
)
def test_only_what_starts_something_says_that_it_is_gone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, said: str
) -> None:
    """The stack that traffic was played against runs on."""

    def interrupted(_terminal: Terminal) -> int:
        raise Interrupted(2)

    monkeypatch.setattr(sys, "argv", ["stack", name])
    monkeypatch.setattr(command_line, "raise_on_signals", lambda: None)
    monkeypatch.setitem(command_line._COMMANDS, name, (interrupted, ""))

    assert command_line.main() == 130
    assert capsys.readouterr().err == said
