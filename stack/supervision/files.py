"""Where a stack keeps its files, all below its directory."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

# The shortest limit of a unix socket's path among the systems that matter is 104 bytes, and supervisord
# makes the socket with its process id appended.
_LONGEST_SOCKET_PATH = 90
_LOG_LINES = 12


@dataclass(frozen=True)
class Files:
    """The files of the stack in `directory`."""

    directory: Path

    @property
    def configuration(self) -> Path:
        """Return supervisord's configuration; it holds the components' environment."""
        return self.directory / "supervisord.conf"

    @property
    def supervisor_log(self) -> Path:
        """Return supervisord's own log."""
        return self.logs / "supervisord.log"

    @property
    def logs(self) -> Path:
        """Return the directory of the log files, one a component."""
        return self.directory / "logs"

    @property
    def incidents(self) -> Path:
        """Return the list of what died and was restarted, one JSON object a line."""
        return self.directory / "incidents.jsonl"

    @property
    def addresses(self) -> Path:
        """Return the components' addresses, a JSON object by name."""
        return self.directory / "addresses.json"

    @property
    def settings(self) -> Path:
        """Return what the stack was started with, digests by variable."""
        return self.directory / "settings.json"

    @property
    def ready(self) -> Path:
        """Return the file that says that the stack is there on its own."""
        return self.directory / "ready"

    @property
    def lock(self) -> Path:
        """Return the lock of whoever answers for the stack."""
        return self.directory / "lock"

    @property
    def socket(self) -> Path:
        """Return supervisord's socket, outside the directory if that has too long a name."""
        path = self.directory / "supervisor.sock"
        if len(os.fsencode(path)) <= _LONGEST_SOCKET_PATH:
            return path
        digest = hashlib.sha256(os.fsencode(self.directory)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"otel-distro-{os.getuid()}-{digest}.sock"

    def log_of(self, component: str) -> Path:
        """Return the log file of the component."""
        return self.logs / f"{component}.log"


def last_lines(log: Path) -> list[str]:
    """Return the end of the log, nothing if there is no log."""
    try:
        return log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LOG_LINES:]
    except OSError:
        return []
