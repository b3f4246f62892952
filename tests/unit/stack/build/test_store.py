"""A build is in the cache whole or not at all, whoever else is building and however it ends."""

import io
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from rich.console import Console

from stack.build import store as store_module
from stack.build.process import run
from stack.build.recipe import Recipe, Workshop
from stack.build.store import Store
from stack.errors import StackError
from stack.settings import CHECKOUT
from stack.terminal import Terminal


@dataclass(frozen=True)
class ShellRecipe(Recipe):
    """Builds one program with a line of shell; `$out` is where it goes."""

    line: str = 'echo built > "$out"'

    @property
    def sources(self) -> list[Path]:
        """Return nothing: the line is all there is."""
        return []

    def way_of_building(self) -> list[str]:
        """Return the line."""
        return [self.line]

    def require_tools(self, packages: object) -> None:
        """Do nothing: a shell is always there."""

    def build(self, workshop: Workshop) -> None:
        """Run the line."""
        target = workshop.into / "bin"
        target.mkdir()
        run(["sh", "-c", f'out="{target}/program"; {self.line}'], log=workshop.log, cwd=workshop.into)


def recipe(line: str) -> ShellRecipe:
    """Return a recipe for the program `program`."""
    return ShellRecipe("thing", CHECKOUT, ("program",), 90, line)


@pytest.fixture
def screen() -> io.StringIO:
    """What a person would see."""
    return io.StringIO()


@pytest.fixture
def store(tmp_path: Path, screen: io.StringIO) -> Store:
    """An empty cache."""
    return Store(tmp_path / "cache", Terminal(Console(file=screen, width=200)))


def test_build_is_made_once(store: Store, tmp_path: Path, screen: io.StringIO) -> None:
    """The second time it is only looked up, and nothing is said."""
    counting = recipe(f'echo built > "$out"; echo x >> {tmp_path}/count')

    first, second = store.build(counting), store.build(counting)

    assert first == second
    assert (first / "bin" / "program").read_text() == "built\n"
    assert (tmp_path / "count").read_text() == "x\n"
    assert screen.getvalue().splitlines()[0] == "building thing, usually 1 min 30 s"
    assert len(screen.getvalue().splitlines()) == 2


def test_other_recipe_is_another_build(store: Store) -> None:
    """A changed recipe does not find the build of the one before."""
    assert store.build(recipe('echo 1 > "$out"')) != store.build(recipe('echo 2 > "$out"'))


def test_failure_is_one_line_that_names_the_log(store: Store, tmp_path: Path) -> None:
    """The log has what the tools said, its end is at hand, and nothing is left in the cache."""
    failing = recipe("echo undefined: main >&2; exit 7")

    with pytest.raises(StackError) as raised:
        store.build(failing)

    log = tmp_path / "cache" / "logs" / f"{failing}.log"
    assert str(raised.value) == f"building thing failed: sh ended with status 7 (log: {log})"
    assert raised.value.details[-1] == "undefined: main"
    assert not store.has(failing)
    assert not list((tmp_path / "cache" / "building").iterdir())


def test_full_disk_is_said_in_plain_words(store: Store) -> None:
    """Whatever the compiler made of it, the line says that the disk is full."""
    with pytest.raises(StackError, match="building thing failed: the disk is full; free some and try again"):
        store.build(recipe("echo 'link: write /tmp/x: no space left on device'; exit 1"))


def test_too_little_room_is_said_before_anything_is_built(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The line says how much is needed, how much there is, and which variable moves the cache."""
    monkeypatch.setattr(store_module, "_RESULT_MEGABYTES", 10**9)

    with pytest.raises(
        StackError, match=r"needs about 1000000000 MB in .* MB are free: .* OTEL_DISTRO_CACHE"
    ):
        store.build(recipe(f"touch {tmp_path}/begun"))

    assert not (tmp_path / "begun").exists()


def test_what_a_killed_build_left_is_cleared_away(store: Store, tmp_path: Path) -> None:
    """A half-made build takes no room for ever and is never taken for a whole one."""
    wanted = recipe('echo built > "$out"')
    left = tmp_path / "cache" / "building" / f"{wanted}.abc"
    left.mkdir(parents=True)

    store.build(wanted)

    assert not left.exists()


_BUILDER = """
import sys
from pathlib import Path
from tests.unit.stack.build.test_store import recipe
from stack.build.store import Store
from stack.terminal import Terminal
print(Store(Path(sys.argv[1]), Terminal()).build(recipe(sys.argv[2])))
"""


def start_builder(cache: Path, line: str) -> subprocess.Popen[str]:
    """Start another process that builds."""
    return subprocess.Popen(
        [sys.executable, "-c", _BUILDER, str(cache), line], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )


def wait_until(condition: Callable[[], bool]) -> None:
    """Return when the condition holds; fail where it does not in a minute."""
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that in time"
        time.sleep(0.05)


def has_ended(process: psutil.Process) -> bool:
    """Tell whether a process runs no more, although nobody may have asked for its status yet."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_of_two_processes_one_builds_and_the_other_waits(tmp_path: Path) -> None:
    """Both have the same build in the end, made once; who waits says so."""
    line = (
        f'echo x >> {tmp_path}/count; while [ ! -e {tmp_path}/go ]; do sleep 0.05; done; echo built > "$out"'
    )

    first = start_builder(tmp_path / "cache", line)
    wait_until((tmp_path / "count").exists)
    second = start_builder(tmp_path / "cache", line)
    assert second.stdout is not None
    said = second.stdout.readline()
    (tmp_path / "go").touch()
    outputs = [process.communicate(timeout=60)[0].splitlines() for process in (first, second)]

    assert said == "another process is building thing: waiting for it\n"
    assert (tmp_path / "count").read_text() == "x\n"
    assert outputs[0][-1] == outputs[1][-1]


def test_interrupted_build_leaves_no_process_and_no_file(tmp_path: Path) -> None:
    """Ctrl-C ends the compiler too."""
    line = f"echo $$ > {tmp_path}/pid; sleep 60"
    process = start_builder(tmp_path / "cache", line)
    pid_file = tmp_path / "pid"
    wait_until(lambda: pid_file.exists() and pid_file.read_text().endswith("\n"))
    compiler = psutil.Process(int(pid_file.read_text()))

    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)

    wait_until(lambda: has_ended(compiler))
    assert not list((tmp_path / "cache" / "building").iterdir())
