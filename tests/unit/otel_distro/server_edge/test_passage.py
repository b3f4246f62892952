"""The way of a request through its application."""

from dataclasses import dataclass
from typing import Any

import pytest

from otel_distro.server_edge.passage import Passage


@dataclass(frozen=True)
class FrozenError(Exception):
    """Refuses every assignment, as a frozen dataclass does."""

    reason: str


async def receive() -> Any:
    """Receive nothing."""


async def send(message: Any) -> None:
    """Send nothing."""


@pytest.mark.parametrize("error", [FrozenError("no such luck"), ValueError("no such luck")])
def test_error_goes_through_without_the_frame(error: Exception) -> None:
    """What the application raised arrives, whatever its class allows."""

    def application() -> None:
        raise error

    def serve() -> None:
        with Passage(receive, send):
            application()

    with pytest.raises(type(error)) as raised:
        serve()

    assert raised.value is error
    assert [entry.name for entry in raised.traceback][-1] == "application"
    assert "serve" not in [entry.name for entry in raised.traceback]
