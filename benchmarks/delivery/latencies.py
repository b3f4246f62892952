"""How long a FastAPI application's callers wait, with a healthy Collector and with a dead one."""

import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.delivery.collectors import collector
from benchmarks.delivery.environments import ROOT, Side

RATE = 200
"""Requests a second; each has five spans."""


def latencies(side: Side, fault: str, seconds: float) -> list[float]:
    """Return the latency of each request in milliseconds, counted from the time it was due.

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
            return _measure(port, seconds)
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(120)


def _measure(port: int, seconds: float) -> list[float]:
    client = [sys.executable, "-m", "benchmarks.delivery.open_loop", str(port), str(RATE), str(seconds)]
    done = subprocess.run(client, cwd=ROOT, check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


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
