"""Knows which libraries this distribution instruments itself, and with which arguments.

Asked by `distro.py` once for each entry point. An instrumentation that is not listed is loaded as
it is. Each module is imported only when its library is about to be instrumented, since it imports
the library.
"""

import sys
from collections.abc import Callable, Collection, Mapping
from importlib import import_module
from importlib.metadata import EntryPoint
from typing import Any

from opentelemetry.instrumentation.instrumentor import BaseInstrumentor

from otel_distro.settings import Settings

Arguments = dict[str, Any]
ErrorHook = Callable[..., None] | None


def _settings_and_hook(settings: Settings, error_hook: ErrorHook) -> Arguments:
    hooks = () if error_hook is None else (error_hook,)
    return {"settings": settings, "server_request_hooks": hooks}


def _settings_only(settings: Settings, _error_hook: ErrorHook) -> Arguments:
    return {"settings": settings}


def _nothing(_settings: Settings, _error_hook: ErrorHook) -> Arguments:
    return {}


_OURS: Mapping[str, tuple[str, str, Callable[[Settings, ErrorHook], Arguments]]] = {
    "fastapi": ("fastapi", "DistroFastAPIInstrumentor", _settings_and_hook),
    "httpx": ("httpx", "DistroHTTPXClientInstrumentor", _settings_only),
    "logging": ("logging", "DistroLoggingInstrumentor", _settings_only),
    "pymongo": ("pymongo", "DistroPymongoInstrumentor", _nothing),
    "redis": ("redis", "DistroRedisInstrumentor", _nothing),
    "system_metrics": ("runtime", "DistroRuntimeInstrumentor", _nothing),
}


_MISSED_BY_OURS: Mapping[str, str] = {"pymongo": "clients that were made before are not"}
"""What our instrumentations do not reach where the library is there first; the others patch methods."""


def missed(library: str, imported_before: Collection[str]) -> str:
    """Say what a library's instrumentation cannot reach, as something imported the library before.

    Args:
        library: the name of its entry point.
        imported_before: the modules that were there before anything was instrumented.
    """
    module = library.replace("-", "_")
    if module not in imported_before or module in sys.stdlib_module_names:
        return ""
    return _MISSED_BY_OURS.get(
        library, "" if library in _OURS else f"what was taken from {module} before is not"
    )


def create_instrumentor(
    entry_point: EntryPoint, settings: Settings, error_hook: ErrorHook
) -> tuple[BaseInstrumentor, Arguments]:
    """Create the instrumentor for a library.

    Args:
        entry_point: contrib's, or a third party's.
        settings: the distribution's.
        error_hook: called with the server span of each request, for error reporting.

    Returns:
        The instrumentor, and the arguments for its `instrument`.
    """
    if entry_point.name not in _OURS:
        return entry_point.load()(), {}
    module, name, arguments = _OURS[entry_point.name]
    instrumentor = getattr(import_module(f"otel_distro.instrumentation.{module}"), name)
    return instrumentor(), arguments(settings, error_hook)
