"""Owns what is in force in this process: the settings, parsed from the environment.

The only module that reads the environment. `distro.py` puts the settings in force first, before
the SDK or an instrumentation reads a variable: what is bad or empty is taken out, and defaults are
written where all of them look. The variables themselves are declared in `variables/`.
https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

import os
from collections.abc import Generator, Iterable, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from otel_distro.delivery.settings import MEBIBYTE, DeliverySettings, Signal
from otel_distro.destinations import destinations_from
from otel_distro.environment_variables import OTEL_DISTRO_INSTRUMENT
from otel_distro.proxies import through_proxies
from otel_distro.variables.catalogue import CHECKED
from otel_distro.variables.check import Checked, check
from otel_distro.variables.delivery import DeliveryBounds
from otel_distro.variables.exporters import ExporterSettings
from otel_distro.variables.http import HttpSettings
from otel_distro.variables.instrumentation import InstrumentationSettings, of_a_library
from otel_distro.variables.launching import BEFORE_THE_DISTRIBUTION, LaunchingSettings
from otel_distro.variables.logs import LogSettings
from otel_distro.variables.metrics import MetricSettings
from otel_distro.variables.otlp import OtlpSettings
from otel_distro.variables.resource import ResourceSettings
from otel_distro.variables.sentry import SentrySettings
from otel_distro.variables.similar import unknown_names
from otel_distro.variables.tracing import TracingSettings
from otel_distro.variables.variable import Variable, as_text

_EXPORTERS: Mapping[Signal, str] = {
    "traces": "OTEL_TRACES_EXPORTER",
    "metrics": "OTEL_METRICS_EXPORTER",
    "logs": "OTEL_LOGS_EXPORTER",
}
PROMETHEUS = "prometheus"
"""The exporter of metrics that waits to be asked."""
_told_later: list[str] = []
_POINTED_OUT = "OTEL_DISTRO_POINTED_OUT"
"""The unknown names that a parent process has told about already, separated by commas."""


@dataclass(frozen=True)
class Settings(
    SentrySettings,
    DeliveryBounds,
    LaunchingSettings,
    InstrumentationSettings,
    HttpSettings,
    LogSettings,
    MetricSettings,
    TracingSettings,
    OtlpSettings,
    ExporterSettings,
    ResourceSettings,
):
    """What is in force in this process; `None` where a variable without default is unset."""

    delivery: DeliverySettings = field(default_factory=DeliverySettings)
    """Where telemetry goes, made of the settings above and the variables for one signal."""
    others: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """Variables that only the SDK or an instrumentation reads, where they are set to something usable."""
    problems: tuple[str, ...] = ()
    """One sentence for each variable whose value could not be used; no secret in it."""


VARIABLES: Mapping[str, Variable] = {
    setting.name: setting.metadata["variable"] for setting in fields(Settings) if setting.metadata
}
"""Every variable that is a setting, by the name of its field in `Settings`."""

_OF_FIELDS = frozenset(variable.name for variable in VARIABLES.values())

KNOWN: Mapping[str, Variable] = {variable.name: variable for variable in VARIABLES.values()} | dict(CHECKED)
"""Every variable that somebody reads, by its own name."""


def from_environ(environ: Mapping[str, str]) -> Settings:
    """Parse the settings from an environment.

    Args:
        environ: variable names to text, such as `os.environ`.

    Returns:
        The settings; a bad value is replaced by the default and named in `problems`, and so is a
        variable that nobody reads and that looks like a slip of the pen.
    """
    checked = check(environ, KNOWN)
    values: dict[str, Any] = {
        setting: variable.parse(checked.usable[variable.name])
        for setting, variable in VARIABLES.items()
        if variable.name in checked.usable
    }
    told = environ.get(_POINTED_OUT, "").split(",")
    unknown = [sentence for name, sentence in _unknown(environ) if name not in told]
    others = {name: text for name, text in checked.usable.items() if name not in _OF_FIELDS}
    settings = Settings(**values, others=others, problems=(*checked.problems, *unknown))
    return replace(settings, delivery=_delivery_settings(settings, checked, environ))


def _unknown(environ: Iterable[str]) -> list[tuple[str, str]]:
    return [(name, sentence) for name, sentence in unknown_names(environ, KNOWN) if name != _POINTED_OUT]


def _delivery_settings(settings: Settings, checked: Checked, environ: Mapping[str, str]) -> DeliverySettings:
    exporters: dict[Signal, tuple[str, ...]] = {
        signal: getattr(settings, f"{signal}_exporter") for signal in _EXPORTERS
    }
    destinations = destinations_from(checked.usable, exporters)
    return DeliverySettings(
        service_name=settings.service_name or "",
        destinations=through_proxies(destinations, environ),
        spool_dir=Path(settings.spool_dir) if settings.spool_dir else None,
        spool_bytes=settings.spool_max_mib * MEBIBYTE,
        shutdown_timeout=settings.shutdown_timeout / 1000,
    )


def in_force() -> Settings:
    """Parse the settings of this process."""
    settings = from_environ(os.environ)
    return replace(settings, problems=(*_told_later, *settings.problems))


def names_set() -> frozenset[str]:
    """Return the names of the variables that this process's environment sets to something."""
    return frozenset(name for name, value in os.environ.items() if value.strip())


def write_back(settings: Settings, environ: MutableMapping[str, str]) -> None:
    """Write the values in force where the SDK and the instrumentations read them.

    What is bad or empty is taken out, so that upstream's own default holds, in child processes
    too. FastAPI's own export is turned off in any case: with it, every span and log record would
    leave the process twice.
    """
    repair(environ)
    for setting, variable in VARIABLES.items():
        if variable.upstream:
            _write(environ, variable, getattr(settings, setting))
    environ["FASTAPI_OTEL_AUTO_CONFIGURE"] = "false"
    pointed_out = ",".join(name for name, _ in _unknown(environ))
    if pointed_out:
        environ[_POINTED_OUT] = pointed_out


def repair(environ: MutableMapping[str, str], names: Iterable[str] | None = None) -> tuple[str, ...]:
    """Take what is bad or empty out of an environment.

    Args:
        environ: variable names to text.
        names: the variables to look at; all that are known by default.

    Returns:
        One sentence for each bad value.
    """
    known = KNOWN if names is None else {name: KNOWN[name] for name in names}
    checked = check(environ, known)
    for name in [name for name in environ if name in known or of_a_library(name)]:
        if name in checked.usable:
            environ[name] = checked.usable[name]
        else:
            del environ[name]
    return checked.problems


def repair_before_import(*, told_later: bool) -> tuple[str, ...]:
    """Repair, in this process's environment, what is read before the distribution is loaded.

    Args:
        told_later: whether what is wrong is kept for `in_force`.

    Returns:
        One sentence for each bad value that is to be told now.
    """
    early = (*BEFORE_THE_DISTRIBUTION, OTEL_DISTRO_INSTRUMENT)
    given = {name: os.environ.pop(name) for name in early if name in os.environ}
    # Not in the environment meanwhile: looking a propagator up imports what would read it.
    try:
        problems = repair(given, early)
    finally:
        os.environ.update(given)
    if told_later:
        _told_later.extend(problems)
    return () if told_later else problems


def environment_to_run_in(given: Mapping[str, str]) -> dict[str, str]:
    """Return the environment in which `otel-distro run` runs a program.

    Args:
        given: variables that win over those of this process.
    """
    return {**os.environ, **given, OTEL_DISTRO_INSTRUMENT: "true"}


@contextmanager
def not_inherited() -> Generator[None]:
    """Keep processes that are started inside the block from being instrumented as they start.

    An instrumentation that starts a Python process as it is loaded would else do so without end.
    """
    before = os.environ.pop(OTEL_DISTRO_INSTRUMENT, "")
    try:
        yield
    finally:
        os.environ[OTEL_DISTRO_INSTRUMENT] = before or "true"


def export_environment() -> None:
    """Write this process's settings in force into its own environment."""
    write_back(in_force(), os.environ)


@contextmanager
def exporters_hidden() -> Generator[None]:
    """Let the SDK see no exporter: OTLP is ours, and others are added one by one.

    For this block alone: processes that are started later read the variables again.
    """
    before = {name: os.environ.get(name, "") for name in _EXPORTERS.values()}
    os.environ.update(dict.fromkeys(before, "none"))
    try:
        yield
    finally:
        os.environ.update(before)


def _write(environ: MutableMapping[str, str], variable: Variable, value: Any) -> None:
    if value is None:
        environ.pop(variable.name, None)
    else:
        environ[variable.name] = as_text(value)
