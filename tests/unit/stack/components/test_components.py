"""The profiles' components fit each other, the checkout and the ports that are looked at beforehand."""

from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest

from stack.build.binaries import Binaries
from stack.components.collector import collector
from stack.components.component import Component, depths
from stack.components.profiles import application, infrastructure
from stack.settings import PROFILES, Ports, Profile, Settings

Components = Callable[[Profile], list[Component]]


class NoBuild(Binaries):
    """Knows where every program would be, and makes none."""

    def __init__(self) -> None:
        """Need no cache."""

    def __call__(self, program: str) -> Path:
        """Return a path with nothing there."""
        return Path("/cache") / "build" / "bin" / program


@pytest.fixture
def components(tmp_path: Path) -> Components:
    """All of a profile, as it would be run."""

    def of(profile: Profile) -> list[Component]:
        settings = Settings(profile=profile, directory=tmp_path, cache=tmp_path)
        return [*infrastructure(settings, NoBuild()), *application(settings, "http://key@127.0.0.1:8090/1")]

    return of


def test_profiles_have_the_components_of_the_design(components: Components) -> None:
    """The small one is what a demo needs, the full one has every backend."""
    embedded = {component.name for component in components("embedded")}
    full = {component.name for component in components("full")}

    assert embedded == {"redis", "mongodb", "mailpit", "collector", "gateway", "api", "worker"}
    assert full == embedded | {"tempo", "loki", "prometheus", "alertmanager", "bugsink"}


@pytest.mark.parametrize("profile", PROFILES)
def test_ports_are_each_looked_at_once(components: Components, profile: Profile) -> None:
    """A clash is said with the one component that the port belongs to."""
    ports = [port for component in components(profile) for port in component.ports]

    assert len(ports) == len(set(ports))
    assert set(ports) <= set(vars(Ports()))


def test_every_port_belongs_to_a_component(components: Components) -> None:
    """There is no variable that changes nothing."""
    ports = {port for profile in PROFILES for component in components(profile) for port in component.ports}

    assert ports == set(vars(Ports()))


def test_collector_starts_after_its_backends_and_before_the_service(components: Components) -> None:
    """Databases and backends first, then the Collector, then API and worker."""
    level = depths(components("full"))

    assert level["tempo"] == level["redis"] == 0
    assert level["collector"] == 1
    assert level["api"] == level["worker"] == 2


@pytest.mark.parametrize("profile", PROFILES)
def test_nothing_listens_beyond_loopback(components: Components, profile: Profile) -> None:
    """No command or variable of a component names all interfaces."""
    for component in components(profile):
        assert not any("0.0.0.0" in text for text in (*component.command, *component.environ.values()))


def test_service_is_told_who_it_is_and_where_things_are(components: Components) -> None:
    """API and worker have names of their own, quick metrics, and the Sentry server of the stack."""
    api, worker = components("full")[-2:]

    assert api.environ["OTEL_SERVICE_NAME"] == "travel-crm-api"
    assert worker.environ["OTEL_SERVICE_NAME"] == "travel-crm-worker"
    for service in (api, worker):
        assert service.environ["OTEL_METRIC_EXPORT_INTERVAL"] == "5000"
        assert service.environ["OTEL_METRICS_EXPORTER"] == "otlp,prometheus"
        assert service.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://127.0.0.1:4318"
        assert service.environ["SENTRY_DSN"].startswith("http://key@")


def test_environment_is_not_in_the_representation(components: Components) -> None:
    """A component in a traceback shows no key."""
    assert "key@" not in repr(components("full"))


@pytest.mark.parametrize("profile", PROFILES)
def test_configuration_files_are_there(components: Components, profile: Profile) -> None:
    """Every file of the checkout that a command names exists."""
    checkout = str(Path(__file__).parents[4])
    words = [word.split("=")[-1] for component in components(profile) for word in component.command]

    named = [Path(word) for word in words if word.startswith(checkout) and ".venv" not in word]

    assert named
    assert all(path.exists() for path in named)


@pytest.mark.parametrize(("profile", "forwards"), [("embedded", False), ("full", True)])
def test_sentry_is_forwarded_to_from_a_queue_on_disk(
    tmp_path: Path, profile: Profile, forwards: bool
) -> None:
    """The small profile has none, and comes up all the same where an endpoint is set."""
    environ = {"SENTRY_OTLP_ENDPOINT": "https://sentry.example.com/otlp"}
    settings = Settings(profile=profile, directory=tmp_path, cache=tmp_path, collector_environ=environ)

    (collector,) = [one for one in infrastructure(settings, NoBuild()) if one.name == "collector"]

    assert any("sentry.yaml" in word for word in collector.command) is forwards


def test_what_a_person_sets_is_what_the_service_gets(tmp_path: Path) -> None:
    """Their DSN takes the errors, their stores the documents, their attributes stand beside the version."""
    own = {
        "SENTRY_DSN": "https://own@sentry.example.com/1",
        "MONGODB_URI": "mongodb://db.example.com/crm",
        "OTEL_RESOURCE_ATTRIBUTES": "team=crm",
        "LOG_DIR": "/var/log/crm",
    }
    settings = Settings(profile="full", directory=tmp_path, cache=tmp_path, service_environ=own)

    started = {one.name: one.environ for one in application(settings, "http://bugsink@127.0.0.1:8090/1")}

    expected = own | {"OTEL_RESOURCE_ATTRIBUTES": f"service.version={version('travel-crm')},team=crm"}
    assert started["api"].items() >= expected.items()
    assert started["worker"].items() >= expected.items()


def test_sampling_is_added_where_it_is_asked_for(tmp_path: Path) -> None:
    """Without the variable nothing waits for a decision."""

    def files(**environ: str) -> list[str]:
        settings = Settings(profile="full", directory=tmp_path, cache=tmp_path, collector_environ=environ)
        return [Path(word).name for word in collector(settings, NoBuild()).command[1:]]

    assert files() == ["base.yaml", "travel-crm.yaml", "full.yaml"]
    assert files(TRACE_SAMPLE_PERCENT="10") == [*files(), "sampling.yaml"]
