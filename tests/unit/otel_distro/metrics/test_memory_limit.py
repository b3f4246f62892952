"""The memory that a process may have: its control groups say so, or the machine does."""

from pathlib import Path

import psutil
import pytest

from otel_distro.metrics.memory_limit import memory_limit

ALL = psutil.virtual_memory().total


@pytest.fixture
def own_groups(tmp_path: Path) -> Path:
    """List the control groups of this process."""
    return tmp_path / "cgroup"


def write(file: Path, text: str) -> None:
    """Write a file with the folders above it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_version_2_smallest_limit_on_the_way_up(tmp_path: Path, own_groups: Path) -> None:
    """A group has what the groups around it have, at most."""
    own_groups.write_text("0::/pod/container\n")
    write(tmp_path / "pod" / "container" / "memory.max", "max\n")
    write(tmp_path / "pod" / "memory.max", "1048576\n")

    assert memory_limit(tmp_path, own_groups) == 1048576


def test_version_1_has_a_tree_for_memory(tmp_path: Path, own_groups: Path) -> None:
    """In a container the group's own path may not be there; the root of the tree is."""
    own_groups.write_text("5:memory:/docker/abc\n4:cpu:/\n")
    write(tmp_path / "memory" / "memory.limit_in_bytes", "2097152\n")

    assert memory_limit(tmp_path, own_groups) == 2097152


@pytest.mark.parametrize("listed", [None, "", "nonsense", "0::/", "1:memory:/"])
def test_without_a_limit_it_is_the_machines(tmp_path: Path, own_groups: Path, listed: str | None) -> None:
    """Version 1 writes a number past all memory where there is no limit."""
    if listed is not None:
        own_groups.write_text(listed)
    write(tmp_path / "memory" / "memory.limit_in_bytes", str(2**63 - 4096))

    assert memory_limit(tmp_path, own_groups) == ALL
