"""What goes wrong on the way up is one line that says what and what to do, and nothing is left running."""

import os
import socket
from pathlib import Path

import pytest

from tests.integration.stack.conftest import Shell


@pytest.mark.parametrize("command", ["demo", "up"])
def test_taken_port_is_one_line_and_nothing_is_started(shell: Shell, command: str) -> None:
    """The line names the component, the port and the variable."""
    port = int(shell.environ["SMTP_PORT"])
    with socket.create_server(("127.0.0.1", port)):
        status, said = shell.run(command)

    assert status == 1
    assert len(said.splitlines()) == 1
    assert said.startswith(f"stack: mailpit: port {port} is in use by pid {os.getpid()}")
    assert said.endswith("set SMTP_PORT to another port\n")
    assert shell.processes() == []


def test_bad_port_is_one_line(shell: Shell) -> None:
    """A setting that is no port has an exit status of its own."""
    status, said = shell.run("demo", API_PORT="http")

    assert (status, len(said.splitlines())) == (2, 1)
    assert "API_PORT='http'" in said


def test_component_that_dies_at_start_stops_the_rest(shell: Shell) -> None:
    """The line names it and its log, whose end follows; what ran by then is stopped."""
    status, said = shell.run("up", SENTRY_OTLP_ENDPOINT="::no address::")

    assert status == 1
    first, *rest = said[said.index("stack: ") :].splitlines()
    assert first.startswith("stack: collector ended while it was starting: see ")
    assert Path(first.split(" see ")[1]).exists()
    assert any("endpoint must be a valid URL" in line for line in rest)
    assert shell.processes() == []


def test_component_that_dies_in_the_service_stops_the_rest(shell: Shell) -> None:
    """The same for the last ones to start, when all the others run."""
    status, said = shell.run("demo", LOG_LEVEL="loud")

    assert status == 1
    assert "ended while it was starting: see " in said
    assert "LOG_LEVEL='LOUD' is not usable" in said
    assert shell.processes() == []


def test_missing_compiler_is_one_line_before_anything_is_built(shell: Shell, tmp_path: Path) -> None:
    """The longest build needs a C++ compiler; that it is missing is known at once."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("redis-server", "go", "sh"):
        (tools / tool).symlink_to(_which(tool))

    status, said = shell.run("demo", PATH=str(tools), OTEL_DISTRO_CACHE=str(tmp_path / "cache"))

    assert (status, len(said.splitlines())) == (1, 1)
    assert said == "stack: g++ was not found: install it and try again\n"


def test_cache_that_cannot_be_written_is_one_line(shell: Shell, tmp_path: Path) -> None:
    """A file where the cache should be is said by its name."""
    (tmp_path / "cache").write_text("")

    status, said = shell.run("demo", OTEL_DISTRO_CACHE=str(tmp_path / "cache"))

    assert (status, len(said.splitlines())) == (1, 1)
    assert str(tmp_path / "cache") in said


def _which(tool: str) -> str:
    for directory in os.get_exec_path():
        if (path := Path(directory) / tool).exists():
            return str(path.resolve())
    raise AssertionError(f"{tool} is not on the PATH")
