"""What a person sees where telemetry does not get through."""

import sys
from pathlib import Path

from tests.integration.otel_distro.conftest import free_port
from tests.integration.otel_distro.launching.conftest import LAUNCHER, OURS, PROGRAM, Start
from tests.integration.otel_distro.otlp_sink import OtlpSink

EIGHT_SECONDS = """
import logging, time
from opentelemetry import trace

with trace.get_tracer("program").start_as_current_span("work"):
    logging.getLogger("program").warning("working")
time.sleep(8)
"""


def test_dead_collector_is_said_and_the_programs_warnings_stay(start: Start) -> None:
    """Within ten seconds, once; the handler of last resort goes on speaking (traps: Launching 1)."""
    endpoint = f"http://127.0.0.1:{free_port()}"

    ended = start(
        *LAUNCHER, sys.executable, "-c", EIGHT_SECONDS, environment={"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}
    )

    lines = ended.stderr.splitlines()
    assert lines[0] == "working"
    not_arriving = [line for line in lines if "telemetry is not arriving" in line]
    assert len(not_arriving) == 1
    assert endpoint in not_arriving[0]


def test_exporters_of_upstream_are_not_needed(start: Start, otlp_sink: OtlpSink, tmp_path: Path) -> None:
    """Without them upstream writes a traceback and instruments nothing (traps: Launching 2)."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "for name in ('grpc', 'opentelemetry.exporter.otlp.proto.grpc'):\n"
        "    sys.modules[name] = None\n"
    )

    ended = start(*OURS, *PROGRAM, environment={"PYTHONPATH": str(tmp_path)})

    assert ended.stderr == "working\n"
    assert [span.name for span in otlp_sink.spans] == ["work"]
