"""Everything about the stack that differs from one machine, checkout or test to another.

The only module of the stack that reads the environment. Every port has a variable of its own, NAME_PORT;
what a component is told of its surroundings is written in `stack.components` from these settings and
nowhere else.
"""

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Literal, Self

from stack.env_file import read_env_file
from stack.errors import SettingsError
from stack.passed_on import (
    PASSED_TO_ALERTMANAGER,
    PASSED_TO_COLLECTOR,
    PASSED_TO_PROMETHEUS,
    named,
    passed_to_service,
)
from stack.ports import find_free_ports
from stack.rates import usable_rate
from stack.trace_sampling import usable_sampling

CHECKOUT = Path(__file__).resolve().parent.parent

Profile = Literal["embedded", "full"]
PROFILES: tuple[Profile, ...] = ("embedded", "full")

# The share of traces that the Collector forwards to Sentry.
_TRACES_RATE = "SENTRY_TRACES_SAMPLE_RATE"


@dataclass(frozen=True)
class Ports:
    """The ports of the stack, all on loopback; the variable that changes `api` is API_PORT, and so on."""

    api: int = 8000
    gateway: int = 8010
    api_metrics: int = 9464
    worker_metrics: int = 9465
    gateway_metrics: int = 9466
    viewer: int = 8100
    otlp_grpc: int = 4317
    otlp_http: int = 4318
    collector_health: int = 13133
    collector_metrics: int = 8888
    collector_prometheus: int = 8889
    prometheus: int = 9090
    tempo: int = 3200
    tempo_otlp: int = 3201
    tempo_grpc: int = 3202
    loki: int = 3100
    loki_grpc: int = 3101
    alertmanager: int = 9093
    mongodb: int = 27017
    redis: int = 6379
    mailpit: int = 8025
    smtp: int = 1025
    bugsink: int = 8090

    @staticmethod
    def variable(name: str) -> str:
        """Return the environment variable that sets the port called `name`."""
        return f"{name.upper()}_PORT"

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """Parse the ports; raise `SettingsError` for one that is no port or for two that are the same."""
        ports = cls(
            **{f.name: _port(environ, cls.variable(f.name), int(str(f.default))) for f in fields(cls)}
        )
        ports._refuse_doubles()
        return ports

    @classmethod
    def free(cls) -> Self:
        """Return ports that nothing listens on now."""
        names = [f.name for f in fields(cls)]
        return cls(**dict(zip(names, find_free_ports(len(names)), strict=True)))

    def number(self, name: str) -> int:
        """Return the port called `name`."""
        return int(getattr(self, name))

    def as_environ(self) -> dict[str, str]:
        """Return the ports under their variables, as the components' configuration files read them."""
        return {self.variable(f.name): str(self.number(f.name)) for f in fields(self)}

    def _refuse_doubles(self) -> None:
        taken: dict[int, str] = {}
        for variable, number in self.as_environ().items():
            if other := taken.get(int(number)):
                raise SettingsError(f"{other} and {variable} are both {number}: give each its own")
            taken[int(number)] = variable


@dataclass(frozen=True)
class Settings:
    """One stack: which components, on which ports, with its state in which directory.

    `directory` holds data, logs and the supervisor's files; `cache` the built binaries, shared by every
    checkout of the user; `service_environ` goes to the API and the worker as it is, `collector_environ` to
    the Collector, where SENTRY_OTLP_ENDPOINT switches the pipelines to Sentry on and TRACE_SAMPLE_PERCENT
    sampling, `prometheus_environ` and `alertmanager_environ` to these two, whose start scripts read them.
    Without `demo_api_key` the demo tenant has a random one. `problems` says what was given and cannot be
    used, and what is used instead.
    """

    profile: Profile
    directory: Path
    cache: Path
    ports: Ports = field(default_factory=Ports)
    service_environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    collector_environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    prometheus_environ: Mapping[str, str] = field(default_factory=dict)
    alertmanager_environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    demo_api_key: str = field(default="", repr=False)
    problems: tuple[str, ...] = ()

    @classmethod
    def from_environ(cls, environ: Mapping[str, str], profile: Profile) -> Self:
        """Parse the environment; raise `SettingsError` for the first variable that cannot be used."""
        rate, problem = usable_rate(environ, _TRACES_RATE)
        sampling, unusable = usable_sampling(environ)
        shares = sampling if rate is None else {**sampling, _TRACES_RATE: rate}
        return cls(
            profile=profile,
            directory=_state_home(environ) / _checkout_name() / profile,
            cache=cache_directory(environ),
            ports=Ports.from_environ(environ),
            service_environ=passed_to_service(environ, CHECKOUT),
            collector_environ=named(environ, PASSED_TO_COLLECTOR) | shares,
            prometheus_environ=named(environ, PASSED_TO_PROMETHEUS),
            alertmanager_environ=named(environ, PASSED_TO_ALERTMANAGER),
            demo_api_key=environ.get("DEMO_API_KEY", ""),
            problems=(*((problem,) if problem else ()), *unusable),
        )

    def given(self) -> dict[str, str]:
        """Return all of this that a person sets, under their variables."""
        key = {"DEMO_API_KEY": self.demo_api_key} if self.demo_api_key else {}
        return {
            **self.ports.as_environ(),
            **self.service_environ,
            **self.collector_environ,
            **self.prometheus_environ,
            **self.alertmanager_environ,
            **key,
        }

    @classmethod
    def on_free_ports(
        cls,
        directory: Path,
        profile: Profile,
        service_environ: Mapping[str, str] | None = None,
        collector_environ: Mapping[str, str] | None = None,
        prometheus_environ: Mapping[str, str] | None = None,
        alertmanager_environ: Mapping[str, str] | None = None,
    ) -> Self:
        """Return settings of a stack of its own in `directory`, which runs beside any other one."""
        return cls(
            profile=profile,
            directory=directory,
            cache=cache_directory(os.environ),
            ports=Ports.free(),
            service_environ=service_environ or {},
            collector_environ=collector_environ or {},
            prometheus_environ=prometheus_environ or {},
            alertmanager_environ=alertmanager_environ or {},
        )


def from_environ(profile: Profile) -> Settings:
    """Return the settings of the stack of this checkout by the environment of this process.

    Beneath it lies the file that ENV_FILE names, `.env` in the checkout by default.
    """
    file = Path(os.environ.get("ENV_FILE") or CHECKOUT / ".env")
    return Settings.from_environ({**read_env_file(file), **os.environ}, profile)


def traffic_from_environ() -> dict[str, float]:
    """Return how traffic is played by the environment of this process: SECONDS, RATE, FAILURES.

    Raises `SettingsError` for the first that cannot be used; what is not set is left out.
    """
    limits = {"SECONDS": 86_400.0, "RATE": 1_000.0, "FAILURES": 0.99}
    return {
        name.lower(): _number(name, os.environ[name], limit)
        for name, limit in limits.items()
        if os.environ.get(name)
    }


def cache_directory(environ: Mapping[str, str]) -> Path:
    """Return where built binaries are kept: OTEL_DISTRO_CACHE, or `otel-distro` in the user's cache."""
    if own := environ.get("OTEL_DISTRO_CACHE"):
        return Path(own).expanduser().absolute()
    return Path(environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "otel-distro"


def tools_environ() -> dict[str, str]:
    """Return the environment for compilers and installers: all of this one, as it may hold proxies."""
    return dict(os.environ)


def inherited_environ(names: tuple[str, ...]) -> dict[str, str]:
    """Return those of the named variables of this process that are set and not empty."""
    return named(os.environ, names)


def _port(environ: Mapping[str, str], variable: str, default: int) -> int:
    text = environ.get(variable) or str(default)
    if not text.isascii() or not text.isdecimal() or not 0 < int(text) < 65536:
        raise SettingsError(f"{variable}={text!r} is no port: give a number from 1 to 65535")
    return int(text)


def _number(variable: str, text: str, limit: float) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    smallest = 0.0 if variable == "FAILURES" else 0.1
    if not smallest <= number <= limit:
        raise SettingsError(
            f"{variable}={text!r} is not usable: give a number from {smallest:g} to {limit:g}"
        )
    return number


def _state_home(environ: Mapping[str, str]) -> Path:
    return Path(environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "otel-distro"


def _checkout_name() -> str:
    # Two checkouts of one user keep their data apart; the first part is for people, the second for
    # uniqueness.
    return f"{CHECKOUT.name}-{hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:8]}"
