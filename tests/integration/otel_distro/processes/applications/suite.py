"""A team's tests of an application that sets telemetry up in code; warnings are errors there."""

import asyncio
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import in_code
import pytest

import otel_distro


@pytest.fixture(scope="session", autouse=True)
def telemetry() -> Iterator[None]:
    """End telemetry with the tests, and hold it to what that promises."""
    before = descriptors()
    yield
    otel_distro.shutdown()
    for thread in threading.enumerate():
        if thread.name.startswith("otel-distro"):
            thread.join(10)
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("otel-distro")]
    assert descriptors() <= before


def descriptors() -> int:
    """Return how many files and connections are open."""
    return len(list(Path("/proc/self/fd").iterdir()))


async def count() -> int:
    """Ask the application once."""
    transport = httpx.ASGITransport(in_code.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return (await client.get("/count")).json()


@pytest.mark.parametrize("number", range(5))
def test_application_counts(number: int) -> None:
    """It answers as it does without telemetry."""
    assert asyncio.run(count()) == os.getpid()


def test_fork_warns_of_nothing() -> None:
    """A child of a process whose only other threads are ours is no reason to warn."""
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
