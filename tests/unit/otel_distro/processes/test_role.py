"""What a process is for, from its command line."""

import subprocess
import sys

import pytest

from otel_distro.processes.role import is_fork_server, is_resource_tracker, is_worker


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("python", "-c", "from multiprocessing.resource_tracker import main;main(5)"), (True, False, False)),
        (
            ("python", "-c", "from multiprocessing.forkserver import main; main(3, 5, [])"),
            (False, True, False),
        ),
        (
            ("python", "-c", "from multiprocessing.spawn import spawn_main; …", "--multiprocessing-fork"),
            (False, False, True),
        ),
        (("python", "-m", "uvicorn", "app:app"), (False, False, False)),
    ],
)
def test_role_is_told_by_the_command(arguments: tuple[str, ...], expected: tuple[bool, bool, bool]) -> None:
    """A helper of `multiprocessing` is no application; a spawned process is a worker."""
    assert (is_resource_tracker(arguments), is_fork_server(arguments), is_worker(arguments)) == expected


def test_python_still_starts_its_helpers_so() -> None:
    """The commands above are those of this Python's own library."""
    script = (
        "import multiprocessing.resource_tracker as t, multiprocessing.forkserver as f, inspect;"
        "print(inspect.getsource(t) + inspect.getsource(f))"
    )
    source = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    assert "from multiprocessing.resource_tracker import main" in source
    assert "from multiprocessing.forkserver import main" in source
