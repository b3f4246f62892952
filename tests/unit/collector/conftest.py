"""The Collector's configuration as the Collector itself reads it: merged, checked, with its defaults."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stack.build.binaries import Binaries
from stack.settings import CHECKOUT

_CONFIG = CHECKOUT / "collector" / "config"
_BOTH = ("base.yaml", "travel-crm.yaml")
_FILES = {
    "embedded": (*_BOTH, "embedded.yaml"),
    "full": (*_BOTH, "full.yaml"),
    "full and sentry": (*_BOTH, "full.yaml", "sentry.yaml"),
    "full and sampling": (*_BOTH, "full.yaml", "sampling.yaml"),
}


@pytest.fixture
def otelcol(binaries: Binaries, tmp_path: Path) -> Callable[..., str]:
    """Run a subcommand of the Collector over a profile's files; return what it prints."""

    def run(subcommand: str, profile: str, *options: str) -> str:
        files = [f"--config={_CONFIG / name}" for name in _FILES[profile]]
        done = subprocess.run(
            [binaries("otelcol"), subcommand, *files, *options],
            env={
                "COLLECTOR_STORAGE_DIR": str(tmp_path),
                "SENTRY_OTLP_ENDPOINT": "https://sentry.example/api/7/integration/otlp",
                "SENTRY_OTLP_PUBLIC_KEY": "0123456789abcdef",
                "TRACE_SAMPLE_PERCENT": "10",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


@pytest.fixture
def effective(otelcol: Callable[..., str]) -> Callable[[str], dict[str, Any]]:
    """Return the configuration in force for a profile; durations are nanoseconds."""
    options = ("--mode=unredacted", "--format=json")
    return lambda profile: json.loads(otelcol("print-config", profile, *options))


@pytest.fixture(params=_FILES)
def profile(request: pytest.FixtureRequest) -> str:
    """Name each combination of files that is run, one after the other."""
    return request.param
