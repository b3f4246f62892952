"""What is rendered for supervisord is read by supervisord as it was meant."""

import os
import shlex
from pathlib import Path

import pytest
from supervisor.options import ServerOptions

from stack.components.component import Component
from stack.errors import StackError
from stack.supervision.configuration import render
from stack.supervision.files import Files


def parse(directory: Path, components: list[Component], environ: dict[str, str]) -> ServerOptions:
    """Return supervisord's own reading of the configuration."""
    files = Files(directory)
    files.logs.mkdir(parents=True)
    files.configuration.write_text(render(files, components, environ))
    options = ServerOptions()
    options.realize(["-c", str(files.configuration)])
    return options


def component(name: str, *command: str, **environ: str) -> Component:
    """Return a component with the command and environment."""
    return Component(name, command or ("true",), lambda pid: True, "", environ=environ)


def test_commands_and_environment_arrive_as_they_are(tmp_path: Path) -> None:
    """Spaces, percent signs, quotes and commas are no matter."""
    command = ("/opt/my programs/x", "--save", "", "--format=%d %(ENV_HOME)s", "it's", 'say "so"', "a#b;c")
    environ = {"PLAIN": "1", "PERCENT": "100%", "LIST": "a=1,b=2", "QUOTE": "it's", "DOUBLE": 'a "b" c'}

    options = parse(tmp_path / "my stack", [component("one", *command, **environ)], {"PATH": "/bin:/usr/bin"})

    (process,) = next(g for g in options.process_group_configs if g.name == "level0").process_configs
    assert process.environment == {"PATH": "/bin:/usr/bin", **environ}
    assert shlex.split(process.command) == list(command)
    assert process.stdout_logfile == str(tmp_path / "my stack" / "logs" / "one.log")


def test_nothing_starts_by_itself_and_everything_is_restarted(tmp_path: Path) -> None:
    """The order is the start-up's; supervisord's part is that what died comes back."""
    options = parse(tmp_path, [component("one")], {})

    (process,) = next(g for g in options.process_group_configs if g.name == "level0").process_configs
    assert not process.autostart
    assert process.autorestart
    assert process.startretries > 100_000


def test_groups_stop_in_the_reverse_order_of_starting(tmp_path: Path) -> None:
    """Who needs another is in a later group, which is stopped before the other's."""
    store, other = component("store"), component("other")
    service = Component("service", ("true",), lambda pid: True, "", needs=("store", "elsewhere"))

    options = parse(tmp_path, [service, store, other], {})

    groups = {group.name: group for group in options.process_group_configs}
    assert [process.name for process in groups["level0"].process_configs] == ["store", "other"]
    assert [process.name for process in groups["level1"].process_configs] == ["service"]
    assert groups["level0"].priority < groups["level1"].priority


@pytest.mark.parametrize("value", ["a ;b", "a #b", "two\nlines"])
def test_what_supervisord_would_cut_is_refused(tmp_path: Path, value: str) -> None:
    """A command that would be read as another one is an error, not a surprise."""
    with pytest.raises(StackError, match="the supervisor cannot take"):
        render(Files(tmp_path), [component("one", value)], {})


@pytest.mark.parametrize("value", ["s3cr3t'\" ", "s3cr3t'", '"s3cr3t'])
def test_quotes_that_would_be_lost_are_refused(tmp_path: Path, value: str) -> None:
    """The variable is named, its value is not shown."""
    with pytest.raises(StackError, match=r"^TOKEN: the supervisor cannot pass on") as raised:
        render(Files(tmp_path), [component("one", TOKEN=value)], {})

    assert "s3cr3t" not in str(raised.value)


def test_a_secret_that_would_be_cut_is_refused_by_its_name(tmp_path: Path) -> None:
    """A value that supervisord would take for a comment is not shown either."""
    with pytest.raises(StackError, match=r"^TOKEN: the supervisor cannot take") as raised:
        render(Files(tmp_path), [component("one", TOKEN="s3cr3t ;rest")], {})

    assert "s3cr3t" not in str(raised.value)


def test_socket_stays_within_what_systems_allow(tmp_path: Path) -> None:
    """A directory with a long name has its socket elsewhere, always in the same place."""
    long = tmp_path / ("x" * 120)

    assert Files(tmp_path / "short").socket.parent == tmp_path / "short"
    assert len(os.fsencode(Files(long).socket)) <= 90
    assert Files(long).socket == Files(long).socket
