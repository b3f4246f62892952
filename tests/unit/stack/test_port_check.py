"""A port that is taken is said before anything is started."""

import os
import socket
from collections.abc import Iterator

import pytest

from stack.components.component import Component
from stack.errors import StackError
from stack.port_check import require_free_ports
from stack.ports import accepts, find_free_ports, is_free
from stack.settings import Ports


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that this process listens on."""
    (port,) = find_free_ports(1)
    with socket.create_server(("127.0.0.1", port)):
        yield port


def component(*ports: str) -> Component:
    """Return a component that wants the ports."""
    return Component("mailpit", ("mailpit",), lambda pid: True, "", ports=ports)


def test_taken_port_is_said_with_component_process_and_variable(taken: int) -> None:
    """The line has all that is needed to mend it."""
    with pytest.raises(StackError) as raised:
        require_free_ports([component("smtp", "mailpit")], Ports(smtp=taken, mailpit=find_free_ports(1)[0]))

    line = str(raised.value)
    assert line.startswith(f"mailpit: port {taken} is in use by pid {os.getpid()} (")
    assert line.endswith("): stop it or set SMTP_PORT to another port")


def test_each_taken_port_has_a_line(taken: int) -> None:
    """Two clashes are mended in one go."""
    (other,) = find_free_ports(1)
    with socket.create_server(("127.0.0.1", other)), pytest.raises(StackError) as raised:
        require_free_ports([component("smtp", "mailpit")], Ports(smtp=taken, mailpit=other))

    assert len(str(raised.value).splitlines()) == 2


def test_free_ports_pass() -> None:
    """Nothing is said where nothing is wrong."""
    smtp, mailpit = find_free_ports(2)

    require_free_ports([component("smtp", "mailpit")], Ports(smtp=smtp, mailpit=mailpit))


def test_connections_that_linger_are_no_clash() -> None:
    """A server that was stopped a moment ago can be started again."""
    (port,) = find_free_ports(1)
    with socket.create_server(("127.0.0.1", port)) as server:
        with socket.create_connection(("127.0.0.1", port)):
            connection, _ = server.accept()
            connection.close()
        assert not is_free(port)

    assert is_free(port)
    assert not accepts(port)
