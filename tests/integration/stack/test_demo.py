"""`make demo`: a trace to look at within a minute, and nothing left when it ends, however it ends."""

import re
import shlex
import signal
import subprocess
import time

import httpx
import pytest

from tests.integration.stack.conftest import Shell, wait_until

READY = "Ctrl-C stops everything."


def test_demo_shows_a_trace_names_what_dies_and_leaves_nothing(shell: Shell) -> None:
    """One demo's life: the link, a request of one's own, a second demo, a component killed, Ctrl-C."""
    began = time.monotonic()
    demo = shell.start("demo")
    demo.wait_for(READY)

    assert time.monotonic() - began < 60
    (link,) = re.findall(r"its trace +(http\S+/traces/[0-9a-f]{32})", demo.said)
    assert httpx.get(link).status_code == 200
    assert _spans(link) >= {"POST /bookings", "send emails", "process emails"}
    (curl,) = re.findall(r"curl -i .*", demo.said)
    answer = subprocess.run(shlex.split(curl), capture_output=True, text=True, check=True).stdout
    assert answer.startswith("HTTP/1.1 201")
    assert re.search(r"(?im)^x-trace-id: [0-9a-f]{32}", answer)

    assert shell.run("demo")[0] == 1

    shell.component("redis").kill()
    demo.wait_for("redis died and is being restarted: see ")
    demo.wait_for("redis runs again")
    assert shell.run("status")[0] == 0

    assert demo.end() == 0
    assert shell.processes() == []


def _spans(link: str) -> set[str]:
    """Return the names of the spans that the page shows."""
    viewer, trace_id = link.split("/traces/")
    call = {"jsonrpc": "2.0", "id": 1, "method": "searchSpans", "params": [trace_id]}
    spans = httpx.post(f"{viewer}/rpc", json=call).json()["result"]["spans"]
    return {span["spanData"]["name"] for span in spans}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_demo_that_is_interrupted_while_it_starts_leaves_nothing(shell: Shell, number: int) -> None:
    """Half-way, some components run and some do not; none does afterwards."""
    demo = shell.start("demo")
    demo.wait_for("redis")

    assert demo.end(number) == 128 + number
    assert shell.processes() == []


def test_demo_that_is_killed_leaves_nothing(shell: Shell) -> None:
    """What cannot stop its processes any more is missed by them."""
    demo = shell.start("demo")
    demo.wait_for("redis")
    demo.end(signal.SIGKILL)

    wait_until(lambda: not shell.processes(), 30)


def test_demo_whose_supervisor_is_killed_stops_the_rest(shell: Shell) -> None:
    """With nobody to restart what dies the demo ends, and says why."""
    demo = shell.start("demo")
    demo.wait_for(READY)
    (supervisor,) = [one for one in shell.processes() if "supervisor.supervisord" in one.cmdline()]
    supervisor.kill()

    assert demo.process.wait(30) == 1
    assert "the supervisor is gone, so the rest was stopped" in demo.said
    assert shell.processes() == []
    assert shell.listening() == []


def test_down_ends_a_demo_too(shell: Shell) -> None:
    """`make down` means that nothing runs, whoever started it."""
    demo = shell.start("demo")
    demo.wait_for("redis")

    status, _ = shell.run("down")

    assert status == 0
    assert demo.process.wait(10) == 128 + signal.SIGTERM
    assert shell.processes() == []
