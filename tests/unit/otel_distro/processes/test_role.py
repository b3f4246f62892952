"""What a process is for, from its command line."""

import subprocess
import sys

import pytest

from otel_distro.processes.role import is_fork_server, is_resource_tracker, is_server_command, is_worker


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


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("python /opt/bin/gunicorn app:app", True),
        ("python -X dev -m uvicorn app:app", True),
        ("python /opt/bin/fastapi run", True),
        ("python main.py uvicorn", False),
        ("python -c import_uvicorn", False),
        ("python -m pytest", False),
    ],
)
def test_server_is_told_by_the_command(command: str, expected: bool) -> None:
    """It is the program that counts, not what it is given."""
    assert is_server_command(command.split()) == expected


def test_python_still_starts_its_helpers_so() -> None:
    """The commands above are those of this Python's own library."""
    script = (
        "import multiprocessing.resource_tracker as t, multiprocessing.forkserver as f, inspect;"
        "print(inspect.getsource(t) + inspect.getsource(f))"
    )
    source = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    assert "from multiprocessing.resource_tracker import main" in source
    assert "from multiprocessing.forkserver import main" in source
