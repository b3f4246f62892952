"""No variable stops an application or its telemetry, whatever it says (reliability: row 9)."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from otel_distro.settings import KNOWN
from tests.integration.otel_distro.launching.conftest import LAUNCHER, OURS, PROGRAM, Ended, Start, run_to_end
from tests.integration.otel_distro.otlp_sink import OtlpSink

SECRET = "canary-4b1d"
ENDPOINTS = [f"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT" for signal in ("TRACES", "METRICS", "LOGS")]
TO_THE_SINK = {name: f"{{sink}}/v1/{name.split('_')[3].lower()}" for name in ENDPOINTS}
ANY_TEXT = {
    "OTEL_EXPORTER_PROMETHEUS_HOST",
    "OTEL_PYTHON_DISABLED_INSTRUMENTATIONS",
    "OTEL_PYTHON_EXPORTER_OTLP_GRPC_RETRYABLE_ERROR_CODES",
    "OTEL_PYTHON_INSTRUMENTATION_HTTP_CAPTURE_ALL_METHODS",
    "OTEL_PYTHON_LOG_FORMAT",
    "OTEL_PYTHON_SYSTEM_METRICS_EXCLUDED_METRICS",
    "OTEL_SERVICE_NAME",
}
"""Variables in which any text makes sense."""
VARIABLES = sorted(name for name in KNOWN if not name.startswith("SENTRY_"))
NONSENSE = [
    f"no sense ( {SECRET}",
    "-1",
    "9" * 40,
    "(",
    ",=,%zz,",
    "\N{COLLISION SYMBOL}\x1b[31m\tx",
    "\udcff\udc80",
    "nonsense," * 400,
    "true",
    " ",
]


def assert_unharmed(ended: Ended, sink: OtlpSink) -> None:
    """The program ran, its span and record arrived, and nothing but our lines is beside its own."""
    assert ended.status == 7, ended.stderr
    assert [span.name for span in sink.spans] == ["work"], ended.stderr
    assert [record.body.string_value for record in sink.records] == ["working"], ended.stderr
    said = [line for line in ended.stderr.splitlines() if not line.startswith("otel-distro: ")]
    assert said == ["working"]


def named(stderr: str) -> list[str]:
    """Return the variables that are named, in order."""
    lines = [line.removeprefix("otel-distro: ") for line in stderr.splitlines()]
    return [line.partition(":")[0] for line in lines if line != "working"]


def check_all(directory: Path, environments: Sequence[dict[str, str]]) -> None:
    """Run the program once in each environment, some at a time, each with a sink of its own.

    Args:
        directory: for the processes' files.
        environments: the variables; `{sink}` in one of them is the sink's address.
    """

    def check(number: int) -> None:
        sink = OtlpSink()
        (directory / str(number)).mkdir()
        environment = {
            name: text.replace("{sink}", sink.endpoint) for name, text in environments[number].items()
        }
        try:
            ended = run_to_end([*LAUNCHER, *PROGRAM], sink.endpoint, directory / str(number), environment)
            assert_unharmed(ended, sink)
            assert len(named(ended.stderr)) == len(set(named(ended.stderr))), ended.stderr
        finally:
            sink.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(check, range(len(environments))))


def everywhere(value: str, *spared: str) -> dict[str, str]:
    """Return an environment in which every variable says the same, but those that are spared."""
    disabled = {"OTEL_SDK_DISABLED": value.replace("true", "false")}
    environment = dict.fromkeys(VARIABLES, value) | disabled
    return {name: text for name, text in environment.items() if name not in spared}


def test_nonsense_everywhere(tmp_path: Path) -> None:
    """Every variable at once says the same nonsense, but the one by which the sink is found."""
    check_all(tmp_path, [everywhere(value, "OTEL_EXPORTER_OTLP_ENDPOINT") for value in NONSENSE])


def test_nonsense_in_the_general_endpoint(tmp_path: Path) -> None:
    """Where each signal has an endpoint of its own, the general one may say what it likes."""
    check_all(tmp_path, [everywhere(value, *ENDPOINTS) | TO_THE_SINK for value in NONSENSE[:3]])


def test_every_variable_is_named_once_with_value_and_what_is_used(start: Start, otlp_sink: OtlpSink) -> None:
    """All but those that take any text; no value of a header is shown."""
    value = f"no sense ( {SECRET}"
    environment = {name: value for name in VARIABLES if name != "OTEL_EXPORTER_OTLP_ENDPOINT"}

    ended = start(*LAUNCHER, *PROGRAM, environment=environment)

    assert_unharmed(ended, otlp_sink)
    assert sorted(named(ended.stderr)) == sorted(environment.keys() - ANY_TEXT)
    for line in ended.stderr.splitlines()[:-1]:
        assert f"{value!r} " in line or "its value (not shown)" in line
        assert "; using " in line
    assert not [line for line in ended.stderr.splitlines() if "HEADERS:" in line and SECRET in line]


FROM_THE_FIELD = [
    ("OTEL_PROPAGATORS", "bogus"),
    ("OTEL_BSP_MAX_QUEUE_SIZE", "100"),
    ("OTEL_BSP_MAX_QUEUE_SIZE", "0"),
    ("OTEL_BSP_MAX_QUEUE_SIZE", "-5"),
    ("OTEL_BSP_SCHEDULE_DELAY", "0"),
    ("OTEL_METRIC_EXPORT_INTERVAL", "-1"),
    ("OTEL_EXPORTER_OTLP_PROTOCOL", "bogus"),
    ("OTEL_TRACES_EXPORTER", "bogus"),
    ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "abc"),
    ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "not a url"),
    ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://localhost:99999"),
    ("OTEL_PYTHON_DISTRO", "bogus"),
    ("OTEL_PYTHON_CONFIGURATOR", "bogus"),
    ("OTEL_PYTHON_AUTO_INSTRUMENTATION_EXPERIMENTAL_GEVENT_PATCH", "patch_all"),
]


@pytest.mark.parametrize(("name", "value"), FROM_THE_FIELD)
def test_value_that_hurts_upstream(start: Start, otlp_sink: OtlpSink, name: str, value: str) -> None:
    """One line says the variable, its value and what is used (reliability: Bad environment values)."""
    ended = start(*LAUNCHER, *PROGRAM, environment={name: value})

    assert_unharmed(ended, otlp_sink)
    (line, _working) = ended.stderr.splitlines()
    assert line.startswith(f"otel-distro: {name}: {value!r} ")
    assert "; using " in line


UNUSUAL_SPELLINGS = [
    ("OTEL_PROPAGATORS", "tracecontext,baggage,"),
    ("OTEL_PROPAGATORS", "TraceContext,,Baggage"),
    ("OTEL_PROPAGATORS", ","),
    ("OTEL_PYTHON_DISTRO", "Otel_Distro"),
    ("OTEL_PYTHON_CONFIGURATOR", "OTEL_DISTRO"),
    ("OTEL_PYTHON_CONTEXT", "ContextVars_Context"),
    ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "HTTP/Protobuf"),
]


@pytest.mark.parametrize(("name", "value"), UNUSUAL_SPELLINGS)
def test_unusual_spelling_is_as_good_as_the_usual(
    start: Start, otlp_sink: OtlpSink, name: str, value: str
) -> None:
    """What is taken is taken by all that read it, also before the distribution is loaded."""
    ended = start(*LAUNCHER, *PROGRAM, environment={name: value})

    assert_unharmed(ended, otlp_sink)
    assert ended.stderr == "working\n"


def test_malformed_header_list_is_not_shown(start: Start, otlp_sink: OtlpSink) -> None:
    """Upstream logs it three times, with the secret in it."""
    ended = start(
        *LAUNCHER, *PROGRAM, environment={"OTEL_EXPORTER_OTLP_HEADERS": f"authorization Bearer {SECRET}"}
    )

    assert_unharmed(ended, otlp_sink)
    assert named(ended.stderr) == ["OTEL_EXPORTER_OTLP_HEADERS"]
    assert SECRET not in ended.stderr


def test_children_do_not_say_it_again(start: Start, otlp_sink: OtlpSink) -> None:
    """What is bad is taken out of the environment, so it is said once for a tree of processes."""
    shell = "import subprocess, sys; subprocess.run(sys.argv[1:])"
    environment = {"OTEL_BSP_SCHEDULE_DELAY": "soon", "OTEL_EXPORTER_OTLP_ENDPONT": "x"}

    ended = start(*OURS, PROGRAM[0], "-c", shell, *PROGRAM, environment=environment)

    assert sorted(named(ended.stderr)) == ["OTEL_BSP_SCHEDULE_DELAY", "OTEL_EXPORTER_OTLP_ENDPONT"]
    assert "did you mean OTEL_EXPORTER_OTLP_ENDPOINT?" in ended.stderr
    assert [span.name for span in otlp_sink.spans] == ["work"]


def test_program_without_launcher_starts(start: Start) -> None:
    """Importing OpenTelemetry's API would raise for a bad propagator, in a program of its own too."""
    ended = start(*PROGRAM, environment={"OTEL_PROPAGATORS": "bogus"})

    assert ended.status == 7
    assert named(ended.stderr) == ["OTEL_PROPAGATORS"]


@pytest.mark.parametrize("name", ["OTEL_PROPAGATORS", "OTEL_TRACES_SAMPLER"])
def test_command_that_shows_the_settings_fails_for_a_bad_one(start: Start, name: str) -> None:
    """One that is mended before the command begins counts as well, and is named once."""
    ended = start(OURS[0], "settings", environment={name: "bogus"})

    assert ended.status == 1
    assert ended.stderr.count(f"{name}: 'bogus'") == 1
    assert "bogus" not in ended.stdout


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("value", NONSENSE)
def test_nonsense_in_each_variable_alone(tmp_path: Path, value: str) -> None:
    """The full product: one process for each variable and value."""
    alone = [{name: value} for name in VARIABLES if (name, value) != ("OTEL_SDK_DISABLED", "true")]

    check_all(
        tmp_path, [one | (TO_THE_SINK if "OTEL_EXPORTER_OTLP_ENDPOINT" in one else {}) for one in alone]
    )
