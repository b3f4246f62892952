"""Finds the directory that a service's undelivered telemetry is kept in, private to its user.

Telemetry may hold personal data, and what lies there is sent under the service's credentials: no
other user may read it or put anything into it.
"""

import hashlib
import os
import re
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

_PRIVATE = 0o700
_LONGEST_NAME = 48


def roots(given: Path | None) -> list[Path]:
    """Return where a user's spool may lie, the best first; it is the same in each run.

    Args:
        given: by a setting; where it cannot be used, the defaults stand in.
    """
    defaults = (root for root in _default_directories() if _is_safe_default(root))
    return [*([given] if given else []), *defaults]


def _default_directories() -> Iterator[Path]:
    with suppress(RuntimeError):
        yield Path.home() / ".local" / "state" / "otel-distro" / "spool"
    yield Path(tempfile.gettempdir()) / f"otel-distro-{_user()}" / "spool"


def partition_name(service_name: str) -> str:
    """Return the name of a service's directory within a spool.

    The processes of one service share it, wherever its telemetry goes: after a Collector has
    moved, what waits goes to the new address. Services without a name are told apart by what runs
    and from where, so that one application never sends another's telemetry.
    """
    identity = service_name
    if not service_name or service_name.startswith("unknown_service"):
        identity = "\0".join((service_name, str(Path.cwd()), sys.argv[0]))
    readable = re.sub(r"[^A-Za-z0-9._-]+", "_", service_name)[:_LONGEST_NAME].strip("._") or "unnamed"
    return f"{readable}-{hashlib.sha256(identity.encode('utf-8', 'replace')).hexdigest()[:8]}"


def private_directory(root: Path, name: str) -> Path:
    """Return a directory below a root that only this user can read, made where it is missing.

    Raises:
        OSError: where there can be none, or another user could reach it.
    """
    directory = root / name
    for path in (root.parent, root, directory):
        path.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != _user():
        raise PermissionError(f"{directory} belongs to another user")
    if stat.S_IMODE(found.st_mode) != _PRIVATE:
        directory.chmod(_PRIVATE)
    return directory


def _is_safe_default(root: Path) -> bool:
    """Answer whether a default root, where it exists, is ours alone to change.

    Anyone may have made a directory of that name in the system's temporary directory.
    """
    for directory in (root, root.parent):
        try:
            found = directory.lstat()
        except FileNotFoundError:
            continue
        except OSError:
            # Not a directory above it, or one that is not ours to enter: it cannot be had.
            return False
        writable = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != _user() or writable:
            return False
    return True


def _user() -> int:
    return os.geteuid() if sys.platform != "win32" else 0
