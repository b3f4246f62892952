"""How long a FastAPI application's callers wait, with a healthy Collector and with a dead one."""

import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.delivery.collectors import collector
from benchmarks.delivery.environments import ROOT, Side
from benchmarks.delivery.open_loop import WARM_UP

RATE = 200
"""Requests a second; each has five spans."""


@dataclass(frozen=True)
class Load:
    """What a run showed.

    Args:
        latencies: of each request, in milliseconds from the time it was due; in ascending order.
        processor: milliseconds of processor time that the server spent on a request.
    """

    latencies: list[float]
    processor: float


def load(side: Side, fault: str, seconds: float) -> Load:
    """Serve under load, and return what its callers waited and what it cost.

    Args:
        side: whose exporters, or none.
        fault: a name of `collectors.FAULTS`.
        seconds: of load.
    """
    with collector(fault) as target, tempfile.TemporaryDirectory(prefix="otel-distro-bench-") as spool:
        port = _free_port()
        options = ["--port", str(port), "--log-level", "error", "--no-access-log"]
        # Longer than the run: the client keeps connections that it seldom needs.
        options += ["--timeout-keep-alive", "600"]
        server = subprocess.Popen(
            side.command("uvicorn", "benchmarks.delivery.programs.served:app", *options),
            cwd=ROOT,
            env=side.environment(target.endpoint, Path(spool)),
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_until_served(port)
            return _measure(port, seconds, psutil.Process(server.pid))
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(120)


def _measure(port: int, seconds: float, server: psutil.Process) -> Load:
    client = [sys.executable, "-m", "benchmarks.delivery.open_loop", str(port), str(RATE), str(seconds)]
    before = server.cpu_times()
    done = subprocess.run(client, cwd=ROOT, check=True, capture_output=True, text=True)
    after = server.cpu_times()
    spent = after.user + after.system - before.user - before.system
    return Load(sorted(json.loads(done.stdout)), 1000 * spent / (RATE * (seconds + WARM_UP)))


def _wait_until_served(port: int) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/work/1", timeout=5).close()
        except OSError:
            assert time.monotonic() < until, "the application does not serve"
            time.sleep(0.1)
        else:
            return


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
