"""The service on real servers: Redis, FerretDB, mailpit, and its own two processes."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from redis import Redis as BlockingRedis
from redis.asyncio import Redis

from stack.build.binaries import Binaries
from stack.components.stores import mailpit
from stack.ports import find_free_ports
from stack.running import running
from stack.settings import Settings
from stack.terminal import Terminal
from travel_crm.adapters.mongo_client import Database, create_mongo_client, database_of
from travel_crm.adapters.redis_client import create_redis_client

REDIS_DATABASE = 5
DEMO_KEY = "demo-key-of-these-tests"


@dataclass(frozen=True)
class Mailbox:
    """A mail server, and its page to look at what it took."""

    smtp_port: int
    page: str

    def messages_to(self, address: str) -> list[dict[str, object]]:
        """Return what was sent to an address, without the text."""
        answer = httpx.get(f"{self.page}/api/v1/search", params={"query": f"to:{address}"})
        return answer.raise_for_status().json()["messages"]

    def opened(self, identifier: object) -> dict[str, str]:
        """Return a message with its text."""
        return httpx.get(f"{self.page}/api/v1/message/{identifier}").raise_for_status().json()

    def headers(self, identifier: object) -> dict[str, list[str]]:
        """Return a message's headers."""
        return httpx.get(f"{self.page}/api/v1/message/{identifier}/headers").raise_for_status().json()


@dataclass(frozen=True)
class ServiceProcess:
    """One of the service's processes."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def stderr(self) -> str:
        """What it has written to its standard error so far."""
        return self.log.read_text()

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and return the exit status."""
        self.process.send_signal(number)
        return self.process.wait(30)


Start = Callable[..., ServiceProcess]


@pytest.fixture
def anyio_backend() -> str:
    """Run asynchronous tests on asyncio."""
    return "asyncio"


@pytest.fixture(scope="session")
def mailbox(
    tmp_path_factory: pytest.TempPathFactory, binaries: Binaries, terminal: Terminal
) -> Iterator[Mailbox]:
    """Run a mail server that keeps everything."""
    settings = Settings.on_free_ports(tmp_path_factory.mktemp("mailpit"), "embedded")
    component = mailpit(settings, binaries)
    with running(settings, [component], terminal):
        yield Mailbox(settings.ports.smtp, component.address)


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """Return the address of a database that is empty."""
    url = f"{redis_server}/{REDIS_DATABASE}"
    with BlockingRedis.from_url(url) as redis:
        redis.flushdb()
    return url


@pytest.fixture
def mongodb_uri(mongodb_server: str) -> str:
    """Return the address of a database that is not there yet."""
    return f"{mongodb_server}/crm_{uuid4().hex[:12]}"


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    """Connect to the empty database as the service does."""
    client = create_redis_client(redis_url, answer_within=3)
    yield client
    await client.aclose()


@pytest.fixture
async def database(mongodb_uri: str) -> AsyncIterator[Database]:
    """Connect to the new database as the service does."""
    async with create_mongo_client(mongodb_uri) as client:
        yield database_of(client)


@pytest.fixture
def free_port() -> int:
    """Return a port that nothing listens on."""
    return find_free_ports(1)[0]


@pytest.fixture
def environ(mongodb_uri: str, redis_url: str, mailbox: Mailbox) -> dict[str, str]:
    """Return the environment that connects the service's processes to the real servers."""
    return {
        "PATH": os.environ["PATH"],
        "MONGODB_URI": mongodb_uri,
        "REDIS_URL": redis_url,
        "SMTP_URL": f"smtp://127.0.0.1:{mailbox.smtp_port}",
        "SEED_DEMO": "true",
        "DEMO_API_KEY": DEMO_KEY,
    }


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start processes of the service, and end what is left of them."""
    started: list[ServiceProcess] = []

    def run(*command: str, environ: dict[str, str]) -> ServiceProcess:
        log = tmp_path / f"{len(started)}.log"
        with log.open("wb") as file:
            process = subprocess.Popen([sys.executable, *command], env=environ, stderr=file)
        started.append(ServiceProcess(process, log))
        return started[-1]

    yield run
    for service in started:
        if service.process.poll() is None:
            service.end(signal.SIGKILL)
        # Shown by pytest beside a failure.
        print(f"{service.process.args} ended with {service.process.returncode}:\n{service.stderr}")  # noqa: T201


@pytest.fixture
def start_worker(start: Start, environ: dict[str, str]) -> Start:
    """Start workers; arguments change the environment."""

    def run(**changes: str) -> ServiceProcess:
        return start("-m", "travel_crm.worker", environ=environ | changes)

    return run


@pytest.fixture
def api(start: Start, environ: dict[str, str], free_port: int) -> Iterator[httpx.Client]:
    """Start the API and return a client of it."""
    start_api(start, environ, free_port)
    with client_of(free_port) as client:
        wait_until(lambda: is_alive(client))
        yield client


def client_of(port: int) -> httpx.Client:
    """Return a client of the API on a port, with the demo tenant's key."""
    return httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30, headers={"X-API-Key": DEMO_KEY})


def start_api(start: Start, environ: dict[str, str], port: int) -> ServiceProcess:
    """Start the API on a port."""
    return start("-m", "uvicorn", "travel_crm.api.app:app", "--port", str(port), environ=environ)


def is_alive(client: httpx.Client) -> bool:
    """Return whether the API answers."""
    try:
        return client.get("/health/live").status_code == 200
    except httpx.TransportError:
        return False


def wait_until(happened: Callable[[], object], seconds: float = 20) -> None:
    """Wait for something to happen, and fail where it does not in time."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


@pytest.fixture
async def silent_port() -> AsyncIterator[int]:
    """Return the port of a server that takes connections and never says a word."""
    writers: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: writers.append(writer), "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    for writer in writers:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
