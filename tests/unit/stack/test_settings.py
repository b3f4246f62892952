"""The stack's settings come from the environment, and a bad one is said by its name."""

import os
from dataclasses import fields
from pathlib import Path

import pytest

from stack.errors import SettingsError
from stack.settings import CHECKOUT, Ports, Settings, cache_directory, from_environ, traffic_from_environ


def test_ports_have_the_documented_defaults() -> None:
    """Without variables the API is at 8000, the viewer at 8100, Tempo at 3200."""
    ports = Ports.from_environ({})

    assert (ports.api, ports.viewer, ports.tempo, ports.otlp_http) == (8000, 8100, 3200, 4318)


@pytest.mark.parametrize("name", [field.name for field in fields(Ports)])
def test_every_port_has_a_variable(name: str) -> None:
    """NAME_PORT changes it, and is what the components are told it by."""
    ports = Ports.from_environ({Ports.variable(name): "23456"})

    assert ports.number(name) == 23456
    assert ports.as_environ()[f"{name.upper()}_PORT"] == "23456"


@pytest.mark.parametrize("value", ["http", "0", "65536", "-1", "8000.0", "٨٠٠٠", " 8000 x"])
def test_what_is_no_port_is_said_with_its_variable(value: str) -> None:
    """The line names the variable, the value and what is expected."""
    with pytest.raises(SettingsError, match=r"API_PORT=.* is no port: give a number from 1 to 65535"):
        Ports.from_environ({"API_PORT": value})


def test_empty_variable_is_unset() -> None:
    """An empty variable leaves the default."""
    assert Ports.from_environ({"API_PORT": ""}).api == 8000


def test_two_equal_ports_are_refused() -> None:
    """A port moved onto another one's is noticed before anything is started."""
    with pytest.raises(SettingsError, match="API_PORT and VIEWER_PORT are both 8100"):
        Ports.from_environ({"API_PORT": "8100"})


def test_free_ports_are_all_different() -> None:
    """A stack of its own gets ports that do not clash with each other."""
    numbers = Ports.free().as_environ().values()

    assert len(set(numbers)) == len(fields(Ports))


def test_service_gets_only_what_is_documented() -> None:
    """The distro's own settings and the service's pass; a stray OTEL_* variable of the shell does not."""
    environ = {
        "OTEL_DISTRO_RECORDING": "sdk",
        "OTEL_RESOURCE_ATTRIBUTES": "deployment.environment.name=laptop",
        "LOG_LEVEL": "DEBUG",
        "OTEL_DISTRO_CACHE": "/somewhere",
        "OTEL_SDK_DISABLED": "true",
        "OTEL_EXPORTER_OTLP_HEADERS": "authorization=secret",
        "SENTRY_DSN": "https://public@sentry.example.com/1",
        "HTTP_PROXY": "http://proxy.example.com",
        "OTEL_DISTRO_EMPTY": "",
    }

    settings = Settings.from_environ(environ, "embedded")

    assert set(settings.service_environ) == {
        "OTEL_DISTRO_RECORDING",
        "OTEL_RESOURCE_ATTRIBUTES",
        "LOG_LEVEL",
        "SENTRY_DSN",
    }


def test_collector_gets_sentry_and_the_way_to_it() -> None:
    """Where Sentry takes OTLP reaches the Collector alone; the proxy the service too, which sends errors."""
    environ = {"SENTRY_OTLP_ENDPOINT": "https://sentry.example.com/otlp", "HTTPS_PROXY": "http://proxy"}

    settings = Settings.from_environ(environ, "full")

    assert settings.collector_environ == environ
    assert settings.service_environ == {"HTTPS_PROXY": "http://proxy"}


@pytest.mark.parametrize(
    ("given", "told"), [("0.25", "0.250000"), ("1", "1.000000"), (" 1e-3 ", "0.001000"), ("0", "0.000000")]
)
def test_collector_is_told_the_share_of_traces_for_sentry(given: str, told: str) -> None:
    """As a plain decimal, which its configuration makes a percentage of."""
    settings = Settings.from_environ({"SENTRY_TRACES_SAMPLE_RATE": given}, "full")

    assert settings.collector_environ == {"SENTRY_TRACES_SAMPLE_RATE": told}
    assert settings.problems == ()


@pytest.mark.parametrize("given", ["lots", "1.5", "-0.1", "nan", "10%"])
def test_a_share_that_is_none_is_said_and_is_nothing(given: str) -> None:
    """The stack comes up; nothing is forwarded that nobody asked for."""
    settings = Settings.from_environ({"SENTRY_TRACES_SAMPLE_RATE": given}, "full")

    assert settings.collector_environ == {"SENTRY_TRACES_SAMPLE_RATE": "0"}
    assert settings.problems == (f"SENTRY_TRACES_SAMPLE_RATE='{given}' is no number from 0 to 1; using 0",)


def test_log_directory_is_meant_from_the_checkout() -> None:
    """The service's processes run elsewhere."""
    relative = Settings.from_environ({"LOG_DIR": "./logs"}, "full")
    absolute = Settings.from_environ({"LOG_DIR": "/var/log/crm"}, "full")

    assert relative.service_environ["LOG_DIR"] == str(CHECKOUT / "logs")
    assert absolute.service_environ["LOG_DIR"] == "/var/log/crm"


def test_env_file_lies_beneath_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the shell says wins, an empty variable of the shell too."""
    file = tmp_path / "settings.env"
    file.write_text("LOG_LEVEL=DEBUG\nLOG_FORMAT=json\nSENTRY_DSN=http://key@host/1\nAPI_PORT=18000\n")
    monkeypatch.setenv("ENV_FILE", str(file))
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    monkeypatch.setenv("SENTRY_DSN", "")

    settings = from_environ("full")

    assert settings.ports.api == 18000
    assert settings.service_environ["LOG_LEVEL"] == "ERROR"
    assert settings.service_environ["LOG_FORMAT"] == "json"
    assert "SENTRY_DSN" not in settings.service_environ


def test_alerts_go_where_the_person_says() -> None:
    """Thresholds and links to Prometheus, addresses and keys to Alertmanager, neither anything else."""
    thresholds = {"ALERT_ERROR_RATE_THRESHOLD": "2", "GRAFANA_URL": "https://grafana.example"}
    addresses = {"SLACK_WEBHOOK_URL": "https://hooks.slack.example/x", "PAGERDUTY_ROUTING_KEY": "0123"}

    settings = Settings.from_environ(thresholds | addresses, "full")

    assert settings.prometheus_environ == thresholds
    assert settings.alertmanager_environ == addresses
    assert "hooks.slack" not in repr(settings)


def test_secrets_are_not_in_the_representation() -> None:
    """A settings object in a traceback shows no key."""
    secret = "0123456789abcdef"
    environ = {
        "SENTRY_OTLP_PUBLIC_KEY": secret,
        "SENTRY_DSN": f"https://{secret}@sentry.example.com/1",
        "MONGODB_URI": f"mongodb://crm:{secret}@db.example.com/crm",
    }

    settings = Settings.from_environ(environ, "full")

    assert secret not in repr(settings)


def test_directories_follow_xdg() -> None:
    """State and cache are where the user's system keeps them, the profiles apart."""
    environ = {"XDG_STATE_HOME": "/state", "XDG_CACHE_HOME": "/cache"}

    full = Settings.from_environ(environ, "full")
    embedded = Settings.from_environ(environ, "embedded")

    assert full.directory.is_relative_to("/state/otel-distro")
    assert full.directory != embedded.directory
    assert full.cache == Path("/cache/otel-distro")


def test_cache_has_a_variable_of_its_own() -> None:
    """OTEL_DISTRO_CACHE is taken as it is."""
    assert cache_directory({"OTEL_DISTRO_CACHE": "/disk", "XDG_CACHE_HOME": "/cache"}) == Path("/disk")


def test_stack_of_its_own_shares_the_cache(tmp_path: Path) -> None:
    """What tests start is built once, in the user's cache, and keeps its state to itself."""
    settings = Settings.on_free_ports(tmp_path, "full")

    assert settings.cache == cache_directory(os.environ)
    assert settings.directory == tmp_path


def test_traffic_is_played_as_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is not set is left to its default."""
    monkeypatch.setenv("SECONDS", "5")
    monkeypatch.setenv("FAILURES", "0")
    monkeypatch.delenv("RATE", raising=False)

    assert traffic_from_environ() == {"seconds": 5.0, "failures": 0.0}


@pytest.mark.parametrize(
    ("name", "value"), [("SECONDS", "soon"), ("RATE", "0"), ("FAILURES", "30"), ("RATE", "nan")]
)
def test_traffic_that_cannot_be_played(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """The variable and its value are named."""
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=f"^{name}='{value}' is not usable: give a number from "):
        traffic_from_environ()
