"""Variables about which libraries are instrumented, and how they name things.

https://opentelemetry.io/docs/zero-code/python/configuration/
"""

import re
from dataclasses import dataclass

from otel_distro import parsing
from otel_distro.variables.variable import Variable, setting

_CONVENTIONS = ("http", "http/dup", "database", "database/dup", "gen_ai_latest_experimental")


@dataclass(frozen=True)
class InstrumentationSettings:
    """What holds for all instrumentations."""

    semantic_conventions: tuple[str, ...] = setting(
        "OTEL_SEMCONV_STABILITY_OPT_IN",
        "http,database",
        parsing.some_of(*_CONVENTIONS),
        "the stable names; upstream defaults to the superseded ones",
    )
    disabled_instrumentations: tuple[str, ...] | None = setting(
        "OTEL_PYTHON_DISABLED_INSTRUMENTATIONS", "", parsing.names, "libraries that are left alone"
    )
    fastapi_auto_configure: bool = setting(
        "FASTAPI_OTEL_AUTO_CONFIGURE",
        "false",
        parsing.never_true("would send every span and log twice"),
        "true would send every span and log twice: set aside while this distribution exports",
    )


_OF_A_LIBRARY = re.compile(r"OTEL_PYTHON_([A-Z0-9_]+)_(EXCLUDED_URLS|TRACED_REQUEST_ATTRS)")


def library_of(name: str) -> str:
    """Return the library in the name of such a variable, and nothing of any other."""
    match = _OF_A_LIBRARY.fullmatch(name)
    return match.group(1) if match else ""


def of_a_library(name: str) -> Variable | None:
    """Return the variable that contrib's instrumentation of some library reads under this name."""
    match = _OF_A_LIBRARY.fullmatch(name)
    if match is None:
        return None
    library, option = match.groups()
    if option == "EXCLUDED_URLS":
        why = f"URLs that {library.lower()} does not trace"
        return Variable(name, "", parsing.patterns, why, instead="no exclusion")
    return Variable(name, "", parsing.names, f"attributes that {library.lower()} takes from a request")
