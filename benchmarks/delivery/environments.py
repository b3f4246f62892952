"""The sides that are compared: each a Python environment, and the variables that it is run with.

Ours is this checkout's. Upstream's is made in the cache, with the same versions of everything that
both have: `opentelemetry-distro`, its OTLP exporters, contrib's instrumentations, all defaults but
for OTLP over HTTP and for log records, which it does not export by itself. Where starts are compared,
each side has an environment with the same libraries and instrumentations, and nothing else: httpx and
PyMongo import more where this checkout's tools are installed.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
_UPSTREAM = (
    "opentelemetry-distro",
    "opentelemetry-exporter-otlp",
    "opentelemetry-instrumentation-fastapi",
    "opentelemetry-instrumentation-logging",
    "fastapi",
    "uvicorn",
    "uvloop",
    "httptools",
)
_INSTRUMENTATIONS = (
    "opentelemetry-instrumentation-httpx",
    "opentelemetry-instrumentation-pymongo",
    "opentelemetry-instrumentation-redis",
    "opentelemetry-instrumentation-system-metrics",
    "opentelemetry-instrumentation-threading",
)
_LIBRARIES = ("fastapi", "uvicorn", "uvloop", "httptools", "httpx", "pymongo", "redis")
_VARIABLES = {
    "OTEL_EXPORTER_OTLP_PROTOCOL": "http/protobuf",
    "OTEL_PYTHON_LOGGING_AUTO_INSTRUMENTATION_ENABLED": "true",
    "PYTHONWARNINGS": "ignore",
}


@dataclass(frozen=True)
class Side:
    """One of those compared.

    Args:
        name: as the tables show it.
        programs: the directory of its interpreter.
        launcher: the words before a program; none where it is not instrumented.
        variables: set for each of its processes.
    """

    name: str
    programs: Path
    launcher: Sequence[str] = ("opentelemetry-instrument",)
    variables: Mapping[str, str] = field(default_factory=dict[str, str])

    def command(self, program: str, *arguments: str) -> list[str]:
        """Return the command line that runs a program of the environment."""
        launcher = [str(self.programs / word) for word in self.launcher[:1]]
        return [*launcher, *self.launcher[1:], str(self.programs / program), *arguments]

    def environment(self, endpoint: str, spool: Path) -> dict[str, str]:
        """Return the variables of a process.

        Args:
            endpoint: of the Collector.
            spool: a directory that is this process's alone.
        """
        # The last: who compiles its imports anew at each start is compared with nothing.
        prefixes = ("OTEL_", "SENTRY_", "FASTAPI_", "PYTHONDONTWRITEBYTECODE")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
        telemetry = {
            "OTEL_SERVICE_NAME": "benchmark",
            "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
            "OTEL_DISTRO_SPOOL_DIR": str(spool),
            "PYTHONPATH": str(ROOT),
        }
        return clean | telemetry | dict(self.variables)


def sides(cache: Path) -> tuple[Side, Side, Side]:
    """Return the bare side, ours and upstream's, which is installed where it is missing.

    Args:
        cache: where upstream's environment is kept.
    """
    ours = Path(sys.executable).parent
    upstream = _environment(cache / "bench-upstream", _UPSTREAM)
    return (
        Side("bare", ours, launcher=()),
        Side("ours", ours),
        Side("upstream", upstream, variables=_VARIABLES),
    )


def starting_sides(cache: Path) -> tuple[Side, Side, Side, Side]:
    """Return what starts are compared of: bare, upstream's, ours by its launcher and by our own.

    Args:
        cache: where the environments are kept.
    """
    ours = _environment(cache / "bench-ours-starts", ("--editable", str(ROOT), *_LIBRARIES))
    everything = (*_UPSTREAM, *_INSTRUMENTATIONS, *_LIBRARIES)
    upstream = _environment(cache / "bench-upstream-starts", everything)
    return (
        Side("bare", ours, launcher=()),
        Side("upstream", upstream, variables=_VARIABLES),
        Side("ours", ours),
        Side("ours, otel-distro run", ours, launcher=("otel-distro", "run", "--")),
    )


def _environment(directory: Path, packages: Sequence[str]) -> Path:
    programs = directory / "bin"
    locked = re.findall(r"^([a-z0-9._-]+==[^ ]+)", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    directory.mkdir(parents=True, exist_ok=True)
    constraints = directory / "constraints.txt"
    wanted = "\n".join((f"# {' '.join(packages)}", *locked))
    if (programs / "opentelemetry-instrument").exists() and constraints.read_text() == wanted:
        return programs
    constraints.write_text(wanted)
    python = str(programs / "python")
    for command in (
        ["uv", "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(directory)],
        ["uv", "pip", "install", "--quiet", "--python", python, "-c", str(constraints), *packages],
    ):
        subprocess.run(command, check=True)
    return programs
