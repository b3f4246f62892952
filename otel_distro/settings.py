"""Owns every setting: its variable, its default, and why the default is what it is.

The only module that reads the environment. `distro.py` asks for the settings first, before the
SDK or an instrumentation reads a variable, and writes the values in force back, so that all of
them see the same ones.
https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

import os
from collections.abc import Callable, Generator, Mapping, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any, cast

from otel_distro import parsing
from otel_distro.delivery.settings import MEBIBYTE, DeliverySettings, Signal
from otel_distro.destinations import destinations_from
from otel_distro.environment_variables import (
    OTEL_DISTRO_ACCESS_RECORDS,
    OTEL_DISTRO_SHUTDOWN_TIMEOUT,
    OTEL_DISTRO_SPOOL_DIR,
    OTEL_DISTRO_SPOOL_MAX_MIB,
    OTEL_DISTRO_TRACE_ID_HEADER,
)

_EXPORTERS: Mapping[Signal, str] = {
    "traces": "OTEL_TRACES_EXPORTER",
    "metrics": "OTEL_METRICS_EXPORTER",
    "logs": "OTEL_LOGS_EXPORTER",
}


@dataclass(frozen=True)
class Variable:
    """One environment variable.

    Args:
        name: as written in the environment.
        default: the text used where the variable is unset, empty or bad.
        parse: turns text into the value; raises `ValueError` with half a sentence.
        why: the reason for the default, or what the variable does.
        secret: whether its value must never be shown.
        upstream: whether the SDK or an instrumentation reads it as well.
    """

    name: str
    default: str
    parse: Callable[[str], Any]
    why: str
    secret: bool
    upstream: bool


def _setting(
    name: str,
    default: str,
    parse: Callable[[str], Any],
    why: str,
    *,
    secret: bool = False,
    upstream: bool = True,
) -> Any:
    variable = Variable(name, default, parse, why, secret=secret, upstream=upstream)
    return field(default=parse(default) if default else None, metadata={"variable": variable})


def _own(name: str, default: str, parse: Callable[[str], Any], why: str) -> Any:
    return _setting(name, default, parse, why, upstream=False)


_exporter = parsing.text
_protocol = parsing.one_of("http/protobuf", "grpc")


@dataclass(frozen=True)
class Settings:
    """What is in force in this process; `None` where a variable without default is unset."""

    service_name: str | None = _setting(
        "OTEL_SERVICE_NAME", "", parsing.text, "service.name on all telemetry"
    )
    resource_attributes: str | None = _setting(
        "OTEL_RESOURCE_ATTRIBUTES", "", parsing.text, "attributes on all telemetry, key=value,…"
    )
    resource_detectors: tuple[str, ...] = _setting(
        "OTEL_EXPERIMENTAL_RESOURCE_DETECTORS",
        "process,os,host",
        parsing.names,
        "upstream detects none of them; the command line is left out, as it may hold secrets",
    )
    sdk_disabled: bool = _setting(
        "OTEL_SDK_DISABLED", "false", parsing.boolean, "true: the application runs without telemetry"
    )
    traces_exporter: str = _setting(
        "OTEL_TRACES_EXPORTER", "otlp", _exporter, "upstream exports nothing by default"
    )
    metrics_exporter: str = _setting(
        "OTEL_METRICS_EXPORTER", "otlp", _exporter, "upstream exports nothing by default"
    )
    logs_exporter: str = _setting(
        "OTEL_LOGS_EXPORTER", "otlp", _exporter, "upstream exports nothing by default"
    )
    protocol: str = _setting(
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "http/protobuf",
        _protocol,
        "the specification's default; upstream Python takes grpc, which a fork can deadlock",
    )
    endpoint: str | None = _setting(
        "OTEL_EXPORTER_OTLP_ENDPOINT", "", parsing.url, "a Collector on this machine, by protocol"
    )
    headers: str | None = _setting(
        "OTEL_EXPORTER_OTLP_HEADERS", "", parsing.text, "sent with each export", secret=True
    )
    metric_export_interval: int = _setting(
        "OTEL_METRIC_EXPORT_INTERVAL", "60000", parsing.milliseconds, "the specification's default, ms"
    )
    propagators: tuple[str, ...] = _setting(
        "OTEL_PROPAGATORS", "tracecontext,baggage", parsing.names, "the specification's default"
    )
    sampler: str = _setting(
        "OTEL_TRACES_SAMPLER", "parentbased_always_on", parsing.text, "the specification's default"
    )
    sampler_argument: str | None = _setting(
        "OTEL_TRACES_SAMPLER_ARG", "", parsing.text, "the sampler's argument, such as a ratio"
    )
    id_generator: str = _setting(
        "OTEL_PYTHON_ID_GENERATOR", "random", parsing.text, "makes the ids that no caller brought"
    )
    semantic_conventions: tuple[str, ...] = _setting(
        "OTEL_SEMCONV_STABILITY_OPT_IN",
        "http,database",
        parsing.names,
        "the stable names; upstream defaults to the superseded ones",
    )
    exemplar_filter: str = _setting(
        "OTEL_METRICS_EXEMPLAR_FILTER",
        "trace_based",
        parsing.one_of("always_on", "always_off", "trace_based"),
        "measurements inside a sampled span keep its trace id",
    )
    disabled_instrumentations: tuple[str, ...] | None = _setting(
        "OTEL_PYTHON_DISABLED_INSTRUMENTATIONS", "", parsing.names, "libraries that are left alone"
    )
    excluded_urls: tuple[str, ...] | None = _setting(
        "OTEL_PYTHON_FASTAPI_EXCLUDED_URLS",
        "",
        parsing.names,
        "paths that are measured but not traced; matched from the path's start, never on the Host",
    )
    excluded_urls_anywhere: tuple[str, ...] | None = _setting(
        "OTEL_PYTHON_EXCLUDED_URLS", "", parsing.names, "the same, for every server instrumentation"
    )
    known_methods: tuple[str, ...] = _setting(
        "OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS",
        "CONNECT,DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT,QUERY,TRACE",
        parsing.names,
        "any other method becomes _OTHER, so that callers cannot make series",
    )
    captured_request_headers: tuple[str, ...] | None = _setting(
        "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST", "", parsing.names, "none by default"
    )
    captured_response_headers: tuple[str, ...] | None = _setting(
        "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_RESPONSE", "", parsing.names, "none by default"
    )
    sanitized_headers: tuple[str, ...] | None = _setting(
        "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SANITIZE_FIELDS",
        "",
        parsing.names,
        "captured headers whose value is replaced",
    )
    log_records: bool = _setting(
        "OTEL_PYTHON_LOG_AUTO_INSTRUMENTATION", "true", parsing.boolean, "logging's records become OTLP"
    )
    log_level: str | None = _setting(
        "OTEL_PYTHON_LOG_HANDLER_LEVEL", "", parsing.text, "the lowest level that is exported"
    )
    log_correlation: bool = _setting(
        "OTEL_PYTHON_LOG_CORRELATION",
        "false",
        parsing.boolean,
        "true: otelTraceID and its like on records, for your format; the format itself stays yours",
    )
    log_code_attributes: bool = _setting(
        "OTEL_PYTHON_LOG_CODE_ATTRIBUTES", "false", parsing.boolean, "file, function and line on records"
    )
    fastapi_auto_configure: bool = _setting(
        "FASTAPI_OTEL_AUTO_CONFIGURE",
        "false",
        parsing.boolean,
        "true would send every span and log twice: set aside while this distribution exports",
    )
    sentry_dsn: str | None = _setting(
        "SENTRY_DSN", "", parsing.text, "errors go to Sentry only when set", secret=True
    )
    sentry_environment: str | None = _setting(
        "SENTRY_ENVIRONMENT", "", parsing.text, "the environment on Sentry's events"
    )
    sentry_release: str | None = _setting(
        "SENTRY_RELEASE", "", parsing.text, "the release on Sentry's events"
    )
    access_records: bool = _own(
        OTEL_DISTRO_ACCESS_RECORDS, "true", parsing.boolean, "one log record a request, in its server span"
    )
    trace_id_header: str = _own(
        OTEL_DISTRO_TRACE_ID_HEADER, "X-Trace-ID", parsing.text, "carries the trace id in and out"
    )
    spool_dir: str | None = _own(
        OTEL_DISTRO_SPOOL_DIR, "", parsing.text, "where undelivered telemetry waits; private to the user"
    )
    spool_max_mib: int = _own(
        OTEL_DISTRO_SPOOL_MAX_MIB, "256", parsing.count, "the most that waits on disk, MiB; 0 keeps nothing"
    )
    shutdown_timeout: int = _own(
        OTEL_DISTRO_SHUTDOWN_TIMEOUT,
        "3000",
        parsing.milliseconds,
        "how long a process that ends may deliver, all signals together, ms",
    )
    delivery: DeliverySettings = field(default_factory=DeliverySettings)
    """Where telemetry goes, made of the settings above and the variables for one signal."""
    problems: tuple[str, ...] = ()
    """One sentence for each variable whose value could not be used; no secret in it."""


VARIABLES: Mapping[str, Variable] = {
    setting.name: setting.metadata["variable"] for setting in fields(Settings) if setting.metadata
}
"""Every variable, by the name of its field in `Settings`."""


def from_environ(environ: Mapping[str, str]) -> Settings:
    """Parse the settings from an environment.

    Args:
        environ: variable names to text, such as `os.environ`.

    Returns:
        The settings; a bad value is replaced by the default and named in `problems`.
    """
    values: dict[str, Any] = {}
    problems: list[str] = []
    for setting, variable in VARIABLES.items():
        given = environ.get(variable.name, "").strip()
        if not given:
            continue
        try:
            values[setting] = variable.parse(given)
        except ValueError as error:
            problems.append(_problem(variable, given, error))
    settings = Settings(**values, problems=tuple(problems))
    return _with_delivery(settings, environ)


def _with_delivery(settings: Settings, environ: Mapping[str, str]) -> Settings:
    exported: dict[Signal, bool] = {
        signal: "otlp" in parsing.names(getattr(settings, f"{signal}_exporter")) for signal in _EXPORTERS
    }
    destinations, problems = destinations_from(environ, exported)
    delivery = DeliverySettings(
        service_name=settings.service_name or "",
        destinations=destinations,
        spool_dir=Path(settings.spool_dir) if settings.spool_dir else None,
        spool_bytes=settings.spool_max_mib * MEBIBYTE,
        shutdown_timeout=settings.shutdown_timeout / 1000,
    )
    new = [problem for problem in problems if problem.partition(":")[0] not in _names_in(settings.problems)]
    return replace(settings, delivery=delivery, problems=(*settings.problems, *new))


def _names_in(problems: tuple[str, ...]) -> frozenset[str]:
    return frozenset(problem.partition(":")[0] for problem in problems)


def in_force() -> Settings:
    """Parse the settings of this process."""
    return from_environ(os.environ)


def names_set() -> frozenset[str]:
    """Return the names of the variables that this process's environment sets to something."""
    return frozenset(name for name, value in os.environ.items() if value.strip())


def write_back(settings: Settings, environ: MutableMapping[str, str]) -> None:
    """Write the values in force where the SDK and the instrumentations read them.

    An empty text is left unset, so that upstream's own default holds. FastAPI's own export is
    turned off in any case: with it, every span and log record would leave the process twice.
    """
    for setting, variable in VARIABLES.items():
        if variable.upstream:
            _write(environ, variable, getattr(settings, setting))
    environ["FASTAPI_OTEL_AUTO_CONFIGURE"] = "false"


def export_environment() -> None:
    """Write this process's settings in force into its own environment."""
    write_back(in_force(), os.environ)


@contextmanager
def otlp_exporters_hidden() -> Generator[None]:
    """Let the SDK see every exporter that is asked for but OTLP, which is ours.

    For this block alone: processes that are started later read the variables again.
    """
    before = {name: os.environ.get(name, "") for name in _EXPORTERS.values()}
    for name, value in before.items():
        os.environ[name] = ",".join(one for one in parsing.names(value) if one != "otlp") or "none"
    try:
        yield
    finally:
        os.environ.update(before)


def _write(environ: MutableMapping[str, str], variable: Variable, value: Any) -> None:
    if value is None:
        environ.pop(variable.name, None)
    else:
        environ[variable.name] = as_text(value)


def as_text(value: Any) -> str:
    """Return a parsed value as the text that a variable would hold."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return ",".join(cast("tuple[str, ...]", value)) if isinstance(value, tuple) else str(value)


def _problem(variable: Variable, given: str, error: ValueError) -> str:
    shown = "its value (not shown)" if variable.secret else repr(given)
    used = f"using {variable.default}" if variable.default else "it is ignored"
    return f"{variable.name}: {shown} {error}; {used}"
