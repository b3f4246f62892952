"""`make up`, `status`, `down`: the full stack on its own, with what it stored kept."""

import secrets
import shlex
import subprocess
import sys
from pathlib import Path

import httpx
import psutil

from stack.settings import CHECKOUT
from tests.integration.stack.conftest import Shell, wait_until

EVERYTHING = {
    *("redis", "mongodb", "mailpit", "tempo", "loki", "prometheus", "alertmanager", "bugsink"),
    *("collector", "gateway", "api", "worker"),
}


def test_stack_stands_on_its_own_and_keeps_its_data(shell: Shell) -> None:
    """Up into a pipe, up again, one component killed and stopped, down, up with its data, wiped at last."""
    said = _up_into_a_pipe(shell)
    assert "in Tempo" in said
    assert _components(shell) == EVERYTHING
    _assert_holds_no_stream_of_ours(shell)

    status, said = shell.run("up")
    assert status == 0
    assert said.startswith("it is running already:")
    status, said = shell.run("up", ALERT_ERROR_RATE_THRESHOLD="1")
    assert (status, "another ALERT_ERROR_RATE_THRESHOLD: `make down` first" in said) == (1, True)

    shell.component("mongodb").kill()
    wait_until(lambda: _restarts(shell, "mongodb") == "1" and shell.run("status")[0] == 0)
    _stop_and_start(shell, "mongodb")
    trace_id = _request(shell)

    assert shell.run("down")[0] == 0
    assert shell.processes() == []
    assert shell.run("status")[0] == 3

    assert shell.run("up")[0] == 0
    customers = httpx.get(f"{_url(shell, 'API')}/customers", headers=_key(shell), timeout=30).json()["items"]
    assert "Ada Lovelace" in {customer["name"] for customer in customers}
    wait_until(lambda: _tempo_knows(shell, trace_id))

    assert shell.run("wipe")[0] == 0
    assert shell.processes() == []
    assert not list((shell.directory / "state").rglob("data"))


def _up_into_a_pipe(shell: Shell) -> str:
    """Run `up` as `up | cat`; the pipe ends when nobody holds it any more."""
    command = [sys.executable, "-m", "stack", "up"]
    done = subprocess.run(
        command,
        cwd=CHECKOUT,
        env=shell.environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout.decode()


def _stop_and_start(shell: Shell, component: str) -> None:
    """A component that was stopped stays away until it is started; a name that there is not is refused."""
    status, said = shell.run("stop database")
    assert (status, "give one of " in said, component in said) == (2, True, True)

    assert shell.run(f"stop {component}")[0] == 0
    status, said = shell.run("status")
    assert status == 1
    assert [line.split()[1] for line in said.splitlines() if line.startswith(component)] == ["stopped"]

    assert shell.run(f"start {component}")[0] == 0
    assert shell.run("status")[0] == 0


def _components(shell: Shell) -> set[str]:
    status, said = shell.run("status")
    assert status == 0, said
    return {line.split()[0] for line in said.splitlines()[1:-1]}


def _restarts(shell: Shell, component: str) -> str:
    rows = [line.split() for line in shell.run("status")[1].splitlines()]
    return next(row[-2] for row in rows if row[0] == component)


def _assert_holds_no_stream_of_ours(shell: Shell) -> None:
    """What is left running has its own log or /dev/null for its streams."""
    ours = {_target(psutil.Process(), number) for number in (0, 1, 2)} - {"/dev/null", ""}
    for process in shell.processes():
        held = {_target(process, number) for number in (0, 1, 2)}
        assert not held & ours, process


def _target(process: psutil.Process, number: int) -> str:
    try:
        return str((Path("/proc") / str(process.pid) / "fd" / str(number)).readlink())
    except OSError:
        return ""


def _request(shell: Shell) -> str:
    """Ask for a list under a new trace id, and return that when Tempo has the trace."""
    trace_id = secrets.token_hex(16)
    headers = {"traceparent": f"00-{trace_id}-{secrets.token_hex(8)}-01", **_key(shell)}

    def is_served() -> bool:
        return httpx.get(f"{_url(shell, 'API')}/customers", headers=headers, timeout=30).status_code == 200

    wait_until(is_served)
    wait_until(lambda: _tempo_knows(shell, trace_id))
    return trace_id


def _key(shell: Shell) -> dict[str, str]:
    """Return the demo tenant's key, from the line that `status` prints to be pasted."""
    words = shlex.split(shell.run("status")[1].splitlines()[-1])
    (header,) = [word for word in words if word.startswith("X-API-Key: ")]
    return {"X-API-Key": header.removeprefix("X-API-Key: ")}


def _tempo_knows(shell: Shell, trace_id: str) -> bool:
    return httpx.get(f"{_url(shell, 'TEMPO')}/api/traces/{trace_id}", timeout=30).status_code == 200


def _url(shell: Shell, component: str) -> str:
    return f"http://127.0.0.1:{shell.environ[f'{component}_PORT']}"
