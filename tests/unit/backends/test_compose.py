"""That `docker-compose.yml` is the native stack in another form, and not a second copy of it."""

import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import yaml

from stack.components.service_metrics import NAMES, metrics_environ
from stack.settings import CHECKOUT, Ports

_FILE = CHECKOUT / "docker-compose.yml"
_PUBLISHED = re.compile(r"127\.0\.0\.1:\$\{(?P<variable>[A-Z_]+)_PORT:-(?P<default>\d+)\}:(?P<inside>\d+)")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    """Return the services by their names, merged as YAML does."""
    return yaml.safe_load(_FILE.read_text(encoding="utf-8"))["services"]


def test_the_file_keeps_the_specification() -> None:
    """`check-jsonschema` finds nothing against the Compose specification."""
    done = subprocess.run(
        [
            Path(sys.executable).with_name("check-jsonschema"),
            *("--builtin-schema", "vendor.compose-spec"),
            _FILE,
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout


def test_ports_are_published_on_loopback_under_the_stack_s_variables(services: dict[str, Any]) -> None:
    """Whoever moves a port natively moves it here by the same name, from the same default."""
    published = [port for service in services.values() for port in service.get("ports", [])]

    matches = [_PUBLISHED.fullmatch(port) for port in published]

    assert all(matches), published
    defaults = {m["variable"].lower(): int(m["default"]) for m in matches if m}
    assert {int(m["inside"]) for m in matches if m} == set(defaults.values())
    assert defaults.pop("grafana") == 3000
    assert defaults == {name: Ports().number(name) for name in defaults}


def test_configuration_is_mounted_from_the_folders_of_the_native_stack(services: dict[str, Any]) -> None:
    """No container brings configuration of its own."""
    mounts = [volume.split(":") for service in services.values() for volume in service.get("volumes", [])]
    configuration = {source for source, *_ in mounts if source.startswith("./")}

    assert {mount[-1] for mount in mounts if mount[0] in configuration} == {"ro"}
    assert all((CHECKOUT / source).is_dir() for source in configuration)
    assert configuration == {
        "./collector/config",
        "./backends/tempo",
        "./backends/prometheus",
        "./backends/loki",
        "./backends/alertmanager",
        "./backends/grafana/dashboards",
        "./backends/grafana/provisioning",
    }


def test_addresses_name_services_that_are_there(services: dict[str, Any]) -> None:
    """What one container calls another is the name of a service."""
    values = [
        str(value) for service in services.values() for value in service.get("environment", {}).values()
    ]

    hosts = {
        found
        for value in values
        for found in re.findall(r"^(?:\$\{[A-Z_]+:-)?(?:\w+://)?([a-z]+):\d+", value)
    }

    assert hosts == set(services) & hosts
    assert {"tempo", "prometheus", "loki", "alertmanager", "collector", "mongodb", "redis"} <= hosts


@pytest.mark.parametrize("service", ["api", "worker"])
def test_service_says_its_version_and_keeps_its_logs(services: dict[str, Any], service: str) -> None:
    """Telemetry has the version of the package, and the files are in a volume."""
    environment = services[service]["environment"]

    attributes = environment["OTEL_RESOURCE_ATTRIBUTES"]
    assert attributes.startswith(f"service.version={version('travel-crm')}$")
    assert services[service]["volumes"] == [f"${{LOG_DIR:-logs}}:{environment['LOG_DIR']}"]


@pytest.mark.parametrize(
    ("service", "port"),
    [("api", "api_metrics"), ("worker", "worker_metrics"), ("gateway", "gateway_metrics")],
)
def test_metrics_leave_as_from_the_native_stack(services: dict[str, Any], service: str, port: str) -> None:
    """The same buckets, names and interval, on the same ports."""
    native = metrics_environ(Ports().number(port))
    if service != "gateway":
        native["OTEL_DISTRO_SCRAPED_NAMES"] = NAMES

    environ = {name: re.sub(r"\s", "", services[service]["environment"][name]) for name in native}

    assert environ == native


@pytest.mark.parametrize("dockerfile", ["service.Dockerfile", "collector.Dockerfile"])
def test_our_images_run_as_nobody_in_particular(dockerfile: str) -> None:
    """Their last word on the user is not root."""
    text = (CHECKOUT / "deploy" / dockerfile).read_text(encoding="utf-8")

    users = re.findall(r"^USER (.+)$", text, re.MULTILINE)

    assert users == ["10001:10001"]
