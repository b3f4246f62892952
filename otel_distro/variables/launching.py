"""Variables about how OpenTelemetry itself is put together in a process.

Those in `BEFORE_THE_DISTRIBUTION` are read by upstream's launcher, or when the API is imported,
before `distro.py` is loaded; `startup.py` checks them.
https://opentelemetry.io/docs/languages/python/distro/
"""

from dataclasses import dataclass
from importlib.util import find_spec

from otel_distro import parsing
from otel_distro.components import component
from otel_distro.environment_variables import OTEL_DISTRO_INSTRUMENT
from otel_distro.variables.variable import Variable, own

_LOG_LEVELS = ("debug", "info", "warn", "warning", "error", "fatal", "critical", "none", "off")


@dataclass(frozen=True)
class LaunchingSettings:
    """How this process came to be instrumented, and what it says about it."""

    instrument: bool = own(
        OTEL_DISTRO_INSTRUMENT,
        "false",
        parsing.boolean,
        "true: each Python process is instrumented as it starts; set by `otel-distro run`",
    )
    configuration_file: str | None = own(
        "OTEL_CONFIG_FILE",
        "",
        parsing.not_taken("is set aside: a configuration file would replace delivery and every setting here"),
        "set aside with a warning: a configuration file would replace delivery and every setting here",
        instead="the variables alone",
    )
    diagnostics_level: str = own(
        "OTEL_LOG_LEVEL",
        "warning",
        parsing.one_of(*_LOG_LEVELS),
        "info: which instance this is, what is instrumented, what not and why, on stderr",
    )


def _gevent_patch(value: str) -> str:
    chosen = parsing.one_of("patch_all")(value)
    if find_spec("gevent") is None:
        raise ValueError("needs gevent, which is not installed here")
    return chosen


CHECKED = (
    Variable(
        "OTEL_PYTHON_DISTRO",
        "",
        component("opentelemetry_distro", "otel_distro"),
        "the distribution, where several are installed",
        instead="otel_distro",
    ),
    Variable(
        "OTEL_PYTHON_CONFIGURATOR",
        "",
        component("opentelemetry_configurator", "otel_distro"),
        "the configurator, where several are installed",
        instead="otel_distro",
    ),
    Variable(
        "OTEL_PYTHON_CONTEXT",
        "contextvars_context",
        component("opentelemetry_context", "contextvars_context"),
        "what keeps the current span",
    ),
    Variable(
        "OTEL_PYTHON_AUTO_INSTRUMENTATION_EXPERIMENTAL_GEVENT_PATCH",
        "",
        _gevent_patch,
        "patch_all: gevent's patches come first",
        instead="no patch",
    ),
    *(
        Variable(
            f"OTEL_PYTHON_{kind.upper()}_PROVIDER",
            "",
            component(f"opentelemetry_{kind}_provider"),
            "no effect here: the provider is the SDK's",
            instead="the SDK's",
        )
        for kind in ("tracer", "meter", "logger")
    ),
    *(
        Variable(
            f"OTEL_PYTHON_{kind.upper()}_CONFIGURATOR",
            "",
            component(f"_opentelemetry_{kind}_configurator"),
            f"turns {kind}s off and on by name",
            instead="the SDK's",
        )
        for kind in ("tracer", "meter", "logger")
    ),
)

BEFORE_THE_DISTRIBUTION = (
    "OTEL_PROPAGATORS",
    "OTEL_PYTHON_DISTRO",
    "OTEL_PYTHON_CONFIGURATOR",
    "OTEL_PYTHON_CONTEXT",
    "OTEL_PYTHON_AUTO_INSTRUMENTATION_EXPERIMENTAL_GEVENT_PATCH",
)
