"""Exporters that are not OTLP, beside it or alone."""

from pathlib import Path

from tests.integration.otel_distro.launching.conftest import LAUNCHER, PROGRAM, Start
from tests.integration.otel_distro.otlp_sink import OtlpSink


def test_console_beside_otlp(start: Start, otlp_sink: OtlpSink) -> None:
    """Both get the span and the record."""
    both = {"OTEL_TRACES_EXPORTER": "console,otlp", "OTEL_LOGS_EXPORTER": "otlp,console"}

    ended = start(*LAUNCHER, *PROGRAM, environment=both)

    assert '"name": "work"' in ended.stdout
    assert '"body": "working"' in ended.stdout
    assert [span.name for span in otlp_sink.spans] == ["work"]
    assert [record.body.string_value for record in otlp_sink.records] == ["working"]


def test_console_alone(start: Start, otlp_sink: OtlpSink) -> None:
    """Nothing goes out by OTLP where it is not asked for."""
    console = dict.fromkeys(
        ("OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER", "OTEL_LOGS_EXPORTER"), "console"
    )

    ended = start(*LAUNCHER, *PROGRAM, environment=console)

    assert '"name": "work"' in ended.stdout
    assert "process.memory.usage" in ended.stdout
    assert not otlp_sink.resources


def test_exporter_that_fails_costs_one_line(start: Start, otlp_sink: OtlpSink, tmp_path: Path) -> None:
    """All other telemetry goes on; upstream would instrument nothing."""
    (tmp_path / "faulty.py").write_text("def exporter():\n    raise OSError('token=canary-3c9')\n")
    metadata = tmp_path / "faulty-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: faulty\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[opentelemetry_traces_exporter]\nfaulty = faulty:exporter\n")
    environment = {"OTEL_TRACES_EXPORTER": "faulty,otlp", "PYTHONPATH": str(tmp_path)}

    ended = start(*LAUNCHER, *PROGRAM, environment=environment)

    (line, working) = ended.stderr.splitlines()
    assert line.startswith("otel-distro: OTEL_TRACES_EXPORTER: 'faulty' cannot be set up: OSError('token=")
    assert line.endswith("; it is left out")
    assert "canary" not in line
    assert working == "working"
    assert [span.name for span in otlp_sink.spans] == ["work"]
    assert "process.memory.usage" in otlp_sink.metric_names


def test_upstreams_longer_names_are_otlp_too(start: Start, otlp_sink: OtlpSink) -> None:
    """`otlp_proto_http` goes through our delivery, whatever the variable for the protocol says."""
    environment = {"OTEL_TRACES_EXPORTER": "otlp_proto_http", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "grpc"}

    start(*LAUNCHER, *PROGRAM, environment=environment)

    assert [span.name for span in otlp_sink.spans] == ["work"]
