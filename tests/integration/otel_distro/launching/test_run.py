"""`otel-distro run`: where upstream's launcher does not reach, and what becomes of the program."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.otel_distro.conftest import clean_environment
from tests.integration.otel_distro.launching.conftest import HERE, LAUNCHER, OURS, PROGRAM, Start
from tests.integration.otel_distro.otlp_sink import OtlpSink


def test_program_is_instrumented_and_keeps_arguments_and_status(start: Start, otlp_sink: OtlpSink) -> None:
    """Its span and record arrive; arguments, output and exit status are its own."""
    ended = start(*OURS, *PROGRAM, "--verbose", "-x")

    assert ended.status == 7
    assert ended.seen["arguments"] == ["--verbose", "-x"]
    assert ended.stderr == "working\n"
    assert [span.name for span in otlp_sink.spans] == ["work"]
    assert [record.body.string_value for record in otlp_sink.records] == ["working"]


def test_isolated_python_is_instrumented(start: Start, otlp_sink: OtlpSink) -> None:
    """`python -I` ignores PYTHONPATH, and with it upstream's launcher (traps: Launching 5)."""
    ended = start(*OURS, sys.executable, "-I", PROGRAM[1])

    assert ended.seen["isolated"]
    assert [span.name for span in otlp_sink.spans] == ["work"]


def test_program_whose_path_names_the_resource_tracker_is_instrumented(
    start: Start, otlp_sink: OtlpSink, tmp_path: Path
) -> None:
    """Only the process by which `multiprocessing` cleans up is left out, not what is called like it."""
    script = tmp_path / "resource_tracker" / "main.py"
    script.parent.mkdir()
    script.write_text(Path(PROGRAM[1]).read_text())

    start(*OURS, sys.executable, str(script))

    assert [span.name for span in otlp_sink.spans] == ["work"]


def test_script_with_an_isolated_first_line_is_instrumented(
    start: Start, otlp_sink: OtlpSink, tmp_path: Path
) -> None:
    """A console script whose first line says `python -I` is none of the launcher's either."""
    script = tmp_path / "tool"
    script.write_text(f"#!{sys.executable} -I\n{Path(PROGRAM[1]).read_text()}")
    script.chmod(0o755)

    ended = start(*OURS, str(script), "once")

    assert ended.seen["arguments"] == ["once"]
    assert [span.name for span in otlp_sink.spans] == ["work"]


def test_processes_below_are_instrumented(start: Start, otlp_sink: OtlpSink) -> None:
    """A shell, and the Python processes that it starts."""
    start(*OURS, "sh", "-c", " ".join([*PROGRAM, ";", *PROGRAM]))

    assert [span.name for span in otlp_sink.spans] == ["work", "work"]


def test_options_set_variables(start: Start, otlp_sink: OtlpSink) -> None:
    """As `opentelemetry-instrument` has them: the variable's name in lower case, without its prefix."""
    ended = start(*OURS[:-1], "--service_name", "till", "--log_correlation=true", "--", *PROGRAM)

    assert ended.seen["environ"]["OTEL_SERVICE_NAME"] == "till"
    assert ended.seen["environ"]["OTEL_PYTHON_LOG_CORRELATION"] == "true"
    assert {resource["service.name"] for resource in otlp_sink.resources} == {"till"}


def test_launcher_below_instruments_once(start: Start, otlp_sink: OtlpSink) -> None:
    """One launcher inside the other changes nothing."""
    ended = start(*OURS, *LAUNCHER, *PROGRAM)

    assert ended.stderr == "working\n"
    assert [span.name for span in otlp_sink.spans] == ["work"]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        ((), 2, "there is no COMMAND"),
        (("--service_name",), 2, "--service_name has no value"),
        (("--trace_exporter", "none", "true"), 2, "did you mean --traces_exporter?"),
        (("no-such-program",), 127, "'no-such-program' is no program that can be found"),
    ],
)
def test_what_cannot_be_run_is_said(start: Start, words: tuple[str, ...], status: int, said: str) -> None:
    """The status is the shell's, and one line says what is wrong."""
    ended = start(*OURS[:-1], *words)

    assert ended.status == status
    assert said in ended.stderr
    assert "Traceback" not in ended.stderr


def test_python_that_cannot_be_reached_is_said(start: Start, otlp_sink: OtlpSink) -> None:
    """`python -S` reads no packages: the program runs, and nobody waits for its telemetry."""
    ended = start(*OURS, sys.executable, "-S", "-c", "print('ran')")

    assert (ended.status, ended.stdout) == (0, "ran\n")
    assert "python -S leaves installed packages out; the program runs without telemetry" in ended.stderr
    assert not otlp_sink.resources


def test_signals_reach_the_program(tmp_path: Path) -> None:
    """The command becomes the program: one process, whose signals and status are the program's."""
    waiting = "import signal, sys; sys.stdout.write('up\\n'); sys.stdout.flush(); signal.pause()"
    quiet = dict.fromkeys(("OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER", "OTEL_LOGS_EXPORTER"), "none")
    process = subprocess.Popen(
        [*OURS, sys.executable, "-c", waiting],
        env=clean_environment() | quiet,
        stdout=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"

    os.kill(process.pid, signal.SIGTERM)

    assert process.wait(30) in (-signal.SIGTERM, 128 + signal.SIGTERM)
    process.stdout.close()


@pytest.mark.parametrize("launcher", [LAUNCHER, OURS])
def test_users_sitecustomize_runs(start: Start, otlp_sink: OtlpSink, launcher: tuple[str, ...]) -> None:
    """Upstream's launcher hides it; it runs under either, before the settings are read (Launching 5)."""
    ended = start(*launcher, *PROGRAM, environment={"PYTHONPATH": str(HERE / "user_site")})

    assert ended.seen["user"] == "ran"
    assert [span.name for span in otlp_sink.spans] == ["work"]


@pytest.mark.parametrize("launcher", [LAUNCHER, OURS])
def test_users_sitecustomize_that_fails_is_said_as_python_says_it(
    start: Start, otlp_sink: OtlpSink, tmp_path: Path, launcher: tuple[str, ...]
) -> None:
    """The program runs, instrumented, and says no other lines; the launcher is a Python process too."""
    (tmp_path / "sitecustomize.py").write_text("raise LookupError('no such luck')")
    path = {"PYTHONPATH": str(tmp_path)}

    bare = start(*PROGRAM, environment=path)
    ended = start(*launcher, *PROGRAM, environment=path)

    assert "LookupError: no such luck" in bare.stderr
    assert set(ended.stderr.splitlines()) == set(bare.stderr.splitlines())
    assert [span.name for span in otlp_sink.spans] == ["work"]
