"""The real components for tests, on free ports in directories of their own, gone at the end."""

from collections.abc import Iterator

import pytest
from rich.console import Console

from stack.build.binaries import Binaries
from stack.components.stores import mongodb, redis
from stack.profile import bring_up_profile, planned
from stack.running import Stack, owned, running
from stack.settings import Settings
from stack.terminal import Terminal
from tests.alert_receivers import AlertReceivers, receiving


@pytest.fixture(scope="session")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """A terminal whose lines go to a file among the temporary ones."""
    with (tmp_path_factory.mktemp("stack") / "terminal.log").open("w", encoding="utf-8") as file:
        yield Terminal(Console(file=file))


@pytest.fixture(scope="session")
def binaries(tmp_path_factory: pytest.TempPathFactory, terminal: Terminal) -> Binaries:
    """Call it with the name of a program, as `binaries("promtool")`, for its path; built if it is missing."""
    settings = Settings.on_free_ports(tmp_path_factory.mktemp("binaries"), "full")
    return Binaries(settings.cache, terminal)


@pytest.fixture(scope="session")
def redis_server(
    tmp_path_factory: pytest.TempPathFactory, binaries: Binaries, terminal: Terminal
) -> Iterator[str]:
    """The URL of a Redis of the session's own, as `redis://127.0.0.1:23456`."""
    settings = Settings.on_free_ports(tmp_path_factory.mktemp("redis"), "embedded")
    component = redis(settings, binaries)
    with running(settings, [component], terminal):
        yield component.address


@pytest.fixture(scope="session")
def mongodb_server(
    tmp_path_factory: pytest.TempPathFactory, binaries: Binaries, terminal: Terminal
) -> Iterator[str]:
    """The URL of a MongoDB of the session's own, as `mongodb://127.0.0.1:23456`; FerretDB in truth."""
    settings = Settings.on_free_ports(tmp_path_factory.mktemp("mongodb"), "embedded")
    component = mongodb(settings, binaries)
    with running(settings, [component], terminal):
        yield component.address


@pytest.fixture(scope="session")
def alert_receivers() -> Iterator[AlertReceivers]:
    """What Slack and PagerDuty are told by the full stack."""
    with receiving() as receivers:
        yield receivers


@pytest.fixture(scope="session")
def full_stack(
    tmp_path_factory: pytest.TempPathFactory,
    binaries: Binaries,
    terminal: Terminal,
    alert_receivers: AlertReceivers,
) -> Iterator[Stack]:
    """All that `make up` runs, on ports of the session's own.

    `settings.ports` and `addresses` say where, `bugsink_access(settings)` has the token of Bugsink's API,
    `stop(name)` and `start(name)` take one component away and bring it back.
    """
    settings = Settings.on_free_ports(
        tmp_path_factory.mktemp("full"),
        "full",
        # Below what any process uses, so that its alert is there to be looked at.
        prometheus_environ={"ALERT_MEMORY_THRESHOLD": "0.01"},
        alertmanager_environ=alert_receivers.as_environ(),
    )
    stack = Stack(settings, terminal)
    with owned(stack, planned(settings, binaries)):
        bring_up_profile(stack, binaries)
        yield stack
