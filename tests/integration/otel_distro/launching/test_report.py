"""What a process says at INFO as it starts."""

import sys
from pathlib import Path

from tests.integration.otel_distro.launching.conftest import LAUNCHER, OURS, PROGRAM, Start
from tests.integration.otel_distro.otlp_sink import OtlpSink

REQUESTED = {"OTEL_LOG_LEVEL": "info", "OTEL_SERVICE_NAME": "till"}


def line_of(stderr: str, library: str) -> str:
    """Return what is said of a library."""
    (line,) = [line for line in stderr.splitlines() if line.startswith(f"otel-distro:   {library} ")]
    return line.split(library, 1)[1].strip()


def test_report_names_identity_endpoint_and_every_instrumentation(start: Start, otlp_sink: OtlpSink) -> None:
    """One table, where `OTEL_LOG_LEVEL` asks for it (traps: Launching 3)."""
    environment = REQUESTED | {
        "OTEL_PYTHON_DISABLED_INSTRUMENTATIONS": "redis,redsi",
        "OTEL_RESOURCE_ATTRIBUTES": "service.instance.id=till-1",
    }

    stderr = start(*LAUNCHER, *PROGRAM, environment=environment).stderr

    assert "for till, instance till-1" in stderr
    assert f"traces, metrics, logs to {otlp_sink.endpoint} (http/protobuf)" in stderr
    assert line_of(stderr, "fastapi") == "instrumented"
    assert line_of(stderr, "redis") == "not instrumented: disabled by OTEL_PYTHON_DISABLED_INSTRUMENTATIONS"
    assert line_of(stderr, "redsi") == "disabled, but there is no such instrumentation"


def test_program_that_records_nothing_is_reported_as_it_ends(start: Start) -> None:
    """Who asks why there is no data sees the table, and the reason, however soon the program ends."""
    stderr = start(*LAUNCHER, sys.executable, "-c", "pass", environment=REQUESTED).stderr

    assert stderr.count(" for till\n") == 1
    assert "nothing was recorded that could be exported" in stderr
    assert line_of(stderr, "fastapi") == "instrumented"


def test_forked_child_leaves_the_report_to_its_parent(start: Start) -> None:
    """A program is reported once, though what it forks is instrumented as well."""
    forks = (
        "import os; from opentelemetry.trace import get_tracer; "
        "os.fork() and os.wait(); get_tracer('').start_span('').end()"
    )

    stderr = start(*LAUNCHER, sys.executable, "-c", forks, environment=REQUESTED).stderr

    assert stderr.count(" for till, instance ") == 1


def test_nothing_is_said_by_default(start: Start) -> None:
    """The application's standard error is its own (reliability: row 16)."""
    assert start(*LAUNCHER, *PROGRAM).stderr == start(*PROGRAM).stderr == "working\n"


def install(directory: Path, name: str, wanted: str, body: str) -> None:
    """Install an instrumentation of a library, as a package of its own would be."""
    (directory / f"{name}_instrumentation.py").write_text(
        "from opentelemetry.instrumentation.instrumentor import BaseInstrumentor\n"
        "class Instrumentor(BaseInstrumentor):\n"
        "    def instrumentation_dependencies(self):\n        return ()\n"
        f"    def _instrument(self, **kwargs):\n        {body}\n"
        "    def _uninstrument(self, **kwargs):\n        pass\n"
    )
    metadata = directory / f"{name}_instrumentation-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}-instrumentation\nVersion: 1.0\n"
        "Provides-Extra: instruments\n"
        + (f'Requires-Dist: {wanted}; extra == "instruments"\n' if wanted else "")
    )
    (metadata / "entry_points.txt").write_text(
        f"[opentelemetry_instrumentor]\n{name} = {name}_instrumentation:Instrumentor\n"
    )


def test_reasons_for_what_is_not_instrumented(start: Start, otlp_sink: OtlpSink, tmp_path: Path) -> None:
    """Not installed, another version, a fault, and imported too early; none costs the others anything."""
    site = tmp_path / "site"
    site.mkdir()
    install(site, "absent", "no-such-library >= 2", "pass")
    install(site, "outdated", "httpx >= 99", "pass")
    install(site, "faulty", "", "raise RuntimeError('password=canary-9d2')")
    install(site, "rich", "", "pass")
    (site / "sitecustomize.py").write_text("import rich\n")

    ended = start(*OURS, *PROGRAM, environment=REQUESTED | {"PYTHONPATH": str(site)})

    assert line_of(ended.stderr, "absent") == "not instrumented: no-such-library>=2 is not installed"
    assert line_of(ended.stderr, "outdated").startswith(
        "not instrumented: version conflict: httpx>=99 is wanted, httpx "
    )
    assert line_of(ended.stderr, "faulty") == "not instrumented: RuntimeError: password=…"
    assert line_of(ended.stderr, "rich").startswith("instrumented, but imported too early")
    assert line_of(ended.stderr, "redis") == "instrumented"
    assert "canary" not in ended.stderr
    assert "Traceback" not in ended.stderr
    assert [span.name for span in otlp_sink.spans] == ["work"]
