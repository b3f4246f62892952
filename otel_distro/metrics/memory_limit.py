"""Finds out how much memory this process may have: its control group's limit, or the machine's.

https://docs.kernel.org/admin-guide/cgroup-v2.html#memory-interface-files
"""

from collections.abc import Iterator
from pathlib import Path

import psutil

_CGROUPS = Path("/sys/fs/cgroup")
_OWN_GROUPS = Path("/proc/self/cgroup")


def memory_limit(cgroups: Path = _CGROUPS, own_groups: Path = _OWN_GROUPS) -> int:
    """Return bytes: the smallest limit of the control groups around this process, or all there is.

    Args:
        cgroups: where the control groups are mounted.
        own_groups: lists those of this process, as `0::/system.slice/…`.
    """
    return min([psutil.virtual_memory().total, *_limits(cgroups, own_groups)])


def _limits(cgroups: Path, own_groups: Path) -> Iterator[int]:
    for file in _limit_files(cgroups, own_groups):
        try:
            limit = int(file.read_text("ascii"))
        except (OSError, ValueError):
            # Not there, or `max`.
            continue
        if limit > 0:
            yield limit


def _limit_files(cgroups: Path, own_groups: Path) -> Iterator[Path]:
    try:
        lines = own_groups.read_text("utf-8").splitlines()
    except (OSError, ValueError):
        return
    for line in lines:
        controllers, _, group = line.partition(":")[2].partition(":")
        own = Path(group.lstrip("/"))
        if not controllers:
            yield from (cgroups / around / "memory.max" for around in (own, *own.parents))
        elif "memory" in controllers.split(","):
            version_1 = cgroups / "memory"
            yield from (version_1 / around / "memory.limit_in_bytes" for around in (own, *own.parents))
