"""The settings: defaults, bad values, and what the rest of the process gets to see."""

from pathlib import Path

import pytest

from otel_distro import settings
from otel_distro.settings import VARIABLES, Settings
from otel_distro.settings_table import settings_table
from otel_distro.variables.masking import HIDDEN

DEFAULTS_IN_WORDS = {
    "OTEL_EXPORTER_OTLP_ENDPOINT": ("",),
    "OTEL_TRACES_SAMPLER_ARG": ("",),
    "OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS": (VARIABLES["known_methods"].default,),
}


def test_defaults_export_all_signals_in_stable_names() -> None:
    """An empty environment gives OTLP over http/protobuf with the stable conventions."""
    environ: dict[str, str] = {}

    settings.write_back(settings.from_environ(environ), environ)

    assert environ["OTEL_TRACES_EXPORTER"] == "otlp"
    assert environ["OTEL_METRICS_EXPORTER"] == "otlp"
    assert environ["OTEL_LOGS_EXPORTER"] == "otlp"
    assert environ["OTEL_EXPORTER_OTLP_PROTOCOL"] == "http/protobuf"
    assert environ["OTEL_SEMCONV_STABILITY_OPT_IN"] == "http,database"
    assert "OTEL_EXPORTER_OTLP_ENDPOINT" not in environ


def test_given_values_stay() -> None:
    """What the operator set is what everybody reads."""
    environ = {"OTEL_TRACES_EXPORTER": "console", "OTEL_METRIC_EXPORT_INTERVAL": "5000"}

    in_force = settings.from_environ(environ)
    settings.write_back(in_force, environ)

    assert in_force.metric_export_interval == 5000
    assert environ["OTEL_TRACES_EXPORTER"] == "console"
    assert environ["OTEL_METRIC_EXPORT_INTERVAL"] == "5000"


@pytest.mark.parametrize(
    ("variable", "value", "used"),
    [
        ("OTEL_METRIC_EXPORT_INTERVAL", "-1", "using 60000"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "soon", "using 60000"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "carrier-pigeon", "using http/protobuf"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "not a url", "using http://localhost:4318, or port 4317 for grpc"),
        (
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "http://localhost:99999",
            "using http://localhost:4318, or port 4317 for grpc",
        ),
        ("OTEL_SDK_DISABLED", "yes", "using false"),
        ("SENTRY_TRACES_SAMPLE_RATE", "lots", "is no number from 0 to 1; using '0'"),
        ("SENTRY_PROFILES_SAMPLE_RATE", "1.5", "is no number from 0 to 1; using '0'"),
        ("SENTRY_PROFILES_SAMPLE_RATE", "nan", "is no number from 0 to 1; using '0'"),
    ],
)
def test_bad_value_is_named_and_replaced(variable: str, value: str, used: str) -> None:
    """One sentence says the variable, the value and what is used instead; nobody else sees it."""
    environ = {variable: value}

    in_force = settings.from_environ(environ)
    settings.write_back(in_force, environ)

    (problem,) = in_force.problems
    assert problem.startswith(f"{variable}: '{value}'")
    assert problem.endswith(used)
    assert environ.get(variable) != value


def test_rates_for_sentry_are_a_tenth_unless_they_are_bad() -> None:
    """A bad rate is nothing: what it was to be, nobody knows."""
    by_default = settings.from_environ({})
    given = settings.from_environ({"SENTRY_PROFILES_SAMPLE_RATE": "1", "SENTRY_TRACES_SAMPLE_RATE": "all"})

    assert (by_default.sentry_profiles_rate, by_default.sentry_traces_rate) == (0.1, 0.1)
    assert (given.sentry_profiles_rate, given.sentry_traces_rate) == (1.0, 0.0)


def test_empty_variable_is_unset() -> None:
    """The specification says so."""
    assert settings.from_environ({"OTEL_TRACES_EXPORTER": " "}) == Settings()


def test_table_shows_every_variable_and_no_secret() -> None:
    """Each variable has a row; what is secret is only said to be set."""
    canary = "canary-5f6e7d"
    in_force = settings.from_environ(
        {
            "OTEL_EXPORTER_OTLP_HEADERS": f"authorization=Bearer {canary}",
            "SENTRY_DSN": f"https://{canary}@sentry.example/1",
            "OTEL_EXPORTER_OTLP_ENDPOINT": f"http://user:{canary}@collector:4318",
            "OTEL_RESOURCE_ATTRIBUTES": f"team=crm,api.key={canary}",
        }
    )

    table = settings_table(in_force, ["OTEL_EXPORTER_OTLP_HEADERS"])

    assert canary not in table
    assert HIDDEN in table
    assert "OTEL_EXPORTER_OTLP_HEADERS *" in table
    assert "team=crm" in table
    assert all(variable.name in table for variable in VARIABLES.values())


def test_readme_names_every_variable_with_its_default() -> None:
    """The README's table and the code say the same."""
    readme = (Path(__file__).parents[3] / "README.md").read_text()
    rows = [line for line in readme.splitlines() if line.startswith("| `")]

    for variable in VARIABLES.values():
        (row,) = [row for row in rows if f"`{variable.name}`" in row]
        assert variable.default in (
            row.split("|")[2].strip(" `\N{EN DASH}"),
            *DEFAULTS_IN_WORDS.get(variable.name, ()),
        )
