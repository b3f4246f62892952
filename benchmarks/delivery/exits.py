"""How long a process takes to end after its last record, by what is wrong with the Collector."""

import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.delivery.collectors import collector
from benchmarks.delivery.environments import ROOT, Side

_PROGRAM = str(Path(__file__).parent / "programs" / "recorder.py")


def exit_seconds(side: Side, fault: str, spans: int) -> float:
    """Return the seconds from the last record to the end of the process.

    Args:
        side: whose exporters.
        fault: a name of `collectors.FAULTS`.
        spans: as many, and as many log records, and one metric.
    """
    with collector(fault) as target, tempfile.TemporaryDirectory(prefix="otel-distro-bench-") as spool:
        process = subprocess.Popen(
            side.command("python", _PROGRAM, str(spans), "0"),
            cwd=ROOT,
            env=side.environment(target.endpoint, Path(spool)),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert process.stdout
        assert process.stdout.readline() == "recorded\n", f"{side.name} did not record"
        began = time.monotonic()
        process.wait(300)
        return time.monotonic() - began
