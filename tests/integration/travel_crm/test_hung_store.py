"""A document store that hangs under many readers, again and again, is served from again when it goes on."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path

import pytest

from stack.build.binaries import Binaries
from stack.components.stores import mongodb
from stack.running import Stack, running
from stack.settings import Settings
from stack.terminal import Terminal
from travel_crm.adapters.mongo_client import create_mongo_client, database_of, limit_to, ping_mongo
from travel_crm.adapters.mongo_repositories import create_mongo_stores
from travel_crm.domain.errors import UnavailableError
from travel_crm.domain.fields import new_identifier
from travel_crm.domain.stores import Stores
from travel_crm.probing import Probe

pytestmark = pytest.mark.anyio

READERS = 200
PROBERS = 20
ROUNDS = 3
SECONDS_SILENT = 4.0
# How soon the client sees that the store hangs, and all wait for it to find the store again.
OFTEN_LOOKED_AFTER = "heartbeatFrequencyMS=500"


@pytest.fixture
def store(tmp_path: Path, binaries: Binaries, terminal: Terminal) -> Iterator[Stack]:
    """Run a document store that nobody else needs."""
    settings = Settings.on_free_ports(tmp_path / "store", "embedded")
    with running(settings, [mongodb(settings, binaries)], terminal) as stack:
        yield stack


async def test_a_store_that_hung_is_served_from_again(store: Stack) -> None:
    """Whoever looked at its health meanwhile has left nothing behind that others wait for."""
    uri = f"mongodb://127.0.0.1:{store.settings.ports.mongodb}/crm?{OFTEN_LOOKED_AFTER}"
    async with create_mongo_client(uri) as client:
        stores = create_mongo_stores(database_of(client), "a" * 32)
        probe = Probe(partial(ping_mongo, client))
        for _ in range(ROUNDS):
            async with _busy(stores, probe):
                await _hang(store.states()[0].pid)
                await asyncio.wait_for(_answered(probe), 30)
                await asyncio.wait_for(_read(stores), 30)


@asynccontextmanager
async def _busy(stores: Stores, probe: Probe) -> AsyncIterator[None]:
    """Have people read, and look at the health, for as long as the context lasts."""
    over = asyncio.Event()
    people = [asyncio.create_task(_keep_reading(stores, over)) for _ in range(READERS)]
    people += [asyncio.create_task(_keep_asking(probe, over)) for _ in range(PROBERS)]
    yield
    over.set()
    async with asyncio.timeout(60):
        await asyncio.gather(*people)


async def _keep_reading(stores: Stores, over: asyncio.Event) -> None:
    while not over.is_set():
        with suppress(UnavailableError), limit_to(3.5):
            await stores.customers.find(new_identifier())
        await asyncio.sleep(0.01)


async def _keep_asking(probe: Probe, over: asyncio.Event) -> None:
    while not over.is_set():
        await probe.answers()
        await asyncio.sleep(0.05)


async def _hang(pid: int) -> None:
    os.kill(pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(SECONDS_SILENT)
    finally:
        os.kill(pid, signal.SIGCONT)


async def _answered(probe: Probe) -> None:
    while not await probe.answers():
        await asyncio.sleep(0.05)


async def _read(stores: Stores) -> None:
    while True:
        with suppress(UnavailableError):
            await stores.customers.find(new_identifier())
            return
