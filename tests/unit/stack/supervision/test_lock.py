"""One process at a time answers for a stack."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from stack.errors import StackError
from stack.settings import CHECKOUT
from stack.supervision.lock import held, holder_of

_HOLDER = """
import sys, time
from pathlib import Path
from stack.supervision.lock import held
with held(Path(sys.argv[1])):
    time.sleep(60)
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """A lock that nobody has held yet."""
    return tmp_path / "stack" / "lock"


@pytest.fixture
def other(lock: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Another process, which holds the lock."""
    process = subprocess.Popen([sys.executable, "-c", _HOLDER, str(lock)], cwd=CHECKOUT)
    deadline = time.monotonic() + 20
    while holder_of(lock) is None and time.monotonic() < deadline:
        time.sleep(0.05)
    yield process
    process.kill()
    process.wait()


def test_second_is_refused_with_the_process_of_the_first(lock: Path, other: subprocess.Popen[bytes]) -> None:
    """The line says who, and what to do."""
    with (
        pytest.raises(StackError, match=rf"^process {other.pid} is .* wait, or `make down`$"),
        held(lock),
    ):
        pass


def test_holder_is_known_to_others(lock: Path, other: subprocess.Popen[bytes]) -> None:
    """Who wants to stop the stack knows whom to ask."""
    assert holder_of(lock) == other.pid


def test_lock_of_a_killed_process_is_free(lock: Path, other: subprocess.Popen[bytes]) -> None:
    """Nothing has to be cleared away by hand."""
    other.kill()
    other.wait()

    assert holder_of(lock) is None
    with held(lock):
        pass


def test_lock_that_never_was_is_free(lock: Path) -> None:
    """Asking makes nothing."""
    assert holder_of(lock) is None
    assert not lock.exists()
