"""Servers in several processes, each as a person starts it."""

import asyncio
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from tests.integration.otel_distro.conftest import PROGRAMS, free_port
from tests.integration.otel_distro.ending import end_in_any_case

APPLICATIONS = Path(__file__).parent / "applications"

IMPATIENT = ("--graceful-timeout", "5")
"""At SIGINT uvicorn's worker waits until gunicorn kills it, with telemetry and without."""
PATIENT = ("--timeout-worker-healthcheck", "60")
"""A machine with much to do starts a worker more slowly than uvicorn waits for."""

SERVERS = {
    "uvicorn": ["uvicorn", "{app}", "--port", "{port}"],
    "uvicorn-workers": ["uvicorn", "{app}", "--port", "{port}", "--workers", "2", *PATIENT],
    "gunicorn": [
        "gunicorn",
        *IMPATIENT,
        "-b",
        "127.0.0.1:{port}",
        "-w",
        "2",
        "-k",
        "uvicorn_worker.UvicornWorker",
        "{app}",
    ],
    "gunicorn-preload": [
        *("gunicorn", *IMPATIENT, "-b", "127.0.0.1:{port}", "-w", "2", "-k", "uvicorn_worker.UvicornWorker"),
        *("--preload", "{app}"),
    ],
    "uvicorn-reload": ["uvicorn", "{app}", "--port", "{port}", "--reload"],
    "gunicorn-asgi": ["gunicorn", *IMPATIENT, "-b", "127.0.0.1:{port}", "-w", "2", "-k", "asgi", "{app}"],
}
"""How each server is started."""


@dataclass
class Server:
    """A running server: the process that was started, and where it answers."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    def wait_until_served(self) -> None:
        """Wait until it answers, and fail with its output where it ends before."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process.poll() is None, self.log.read_text()
            try:
                httpx.get(f"{self.url}/up")
            except httpx.TransportError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError(f"no answer in 60 s: {self.log.read_text()}")

    def count(self, requests: int) -> list[int]:
        """Send requests, ten at once; return which process served each."""
        return asyncio.run(_count(f"{self.url}/count", requests))

    def count_until(self, enough: Callable[[list[int]], bool]) -> list[int]:
        """Send requests, one a connection, until it is enough; return which process served each."""
        served: list[int] = []
        deadline = time.monotonic() + 120
        while not enough(served):
            assert time.monotonic() < deadline, served
            served.append(httpx.get(f"{self.url}/count", timeout=30).raise_for_status().json())
        return served

    @property
    def children(self) -> list[int]:
        """The processes that it has started."""
        return [child.pid for child in psutil.Process(self.process.pid).children(recursive=True)]

    def end(self, number: int = signal.SIGTERM) -> int:
        """Send a signal, and return the exit status."""
        self.process.send_signal(number)
        return self.process.wait(60)

    def kill(self) -> None:
        """End it and its children in any case."""
        end_in_any_case(self.process)


def start_server(command: list[str], environment: dict[str, str], log: Path, *, instrumented: bool) -> Server:
    """Start a server on a free port.

    Args:
        command: with `{app}` and `{port}` to be filled in.
        environment: all of it; `APP` names another application than `counted:app`.
        log: takes what it prints.
        instrumented: whether the launcher starts it.
    """
    port = free_port()
    application = environment.get("APP", "counted:app")
    filled = [word.format(app=application, port=port) for word in command]
    launcher = [str(PROGRAMS / "opentelemetry-instrument")] if instrumented else []
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*launcher, str(PROGRAMS / filled[0]), *filled[1:]],
            cwd=APPLICATIONS,
            env=environment,
            stdout=output,
            stderr=output,
        )
    return Server(process, f"http://127.0.0.1:{port}", log)


async def _count(url: str, requests: int) -> list[int]:
    async with httpx.AsyncClient(timeout=30, limits=httpx.Limits(max_connections=10)) as client:
        answers = await asyncio.gather(*[client.get(url) for _ in range(requests)])
    assert {answer.status_code for answer in answers} == {200}
    return [answer.json() for answer in answers]
