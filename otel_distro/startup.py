"""What happens as a Python process of this environment starts, before any other module is loaded.

`otel_distro_startup.pth` lies among the installed packages and calls `watch` where one of the
variables is set that are read before `distro.py` can be: a bad `OTEL_PROPAGATORS` would stop
whatever imports OpenTelemetry, the launcher included. Where `OTEL_DISTRO_INSTRUMENT` says so (see
`otel-distro run`), the process is instrumented too, under `python -I` as well, and after a
`sitecustomize` of the user's own.
https://docs.python.org/3/library/site.html
"""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import PurePath
from types import ModuleType
from typing import Any

_NOT_INSTRUMENTED = ("otel-distro", "opentelemetry-instrument", "opentelemetry-bootstrap")


def watch() -> None:
    """Wait for the moment at which `site` looks for `sitecustomize`: all paths are known by then.

    Called twice in a virtual environment, as Python reads its `.pth` files twice there.
    """
    if not any(isinstance(finder, _AtSiteCustomize) for finder in sys.meta_path):
        sys.meta_path.insert(0, _AtSiteCustomize())


class _AtSiteCustomize(MetaPathFinder):
    """Finds nothing but the moment."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != "sitecustomize":
            return None
        sys.meta_path.remove(self)
        try:
            return _prepare()
        except Exception as error:  # noqa: BLE001 - the application starts whatever happens here
            _say(f"this process could not be prepared ({error!r}); the application is not affected")
            return None


def _prepare() -> ModuleSpec | None:
    from otel_distro import settings

    told_later = _tells_problems_itself(sys.orig_argv)
    for problem in settings.repair_before_import(told_later=told_later):
        _say(problem)
    if not settings.in_force().instrument or _is_no_application(sys.orig_argv):
        return None
    spec = find_spec("sitecustomize")
    if _is_upstreams(spec):
        return None
    if spec is None or spec.loader is None:
        _instrument()
        return None
    spec.loader = _ThenInstrument(spec.loader)
    return spec


def _is_upstreams(spec: ModuleSpec | None) -> bool:
    """Say whether this is the `sitecustomize` of upstream's launcher, which will instrument."""
    return spec is not None and PurePath(spec.origin or "").parent.name == "auto_instrumentation"


def _tells_problems_itself(command_line: Sequence[str]) -> bool:
    """Say whether this is `otel-distro` with a command that shows what is wrong with the settings."""
    names = [PurePath(word).name for word in command_line[:4]]
    return "otel-distro" in names and "run" not in names


def _is_no_application(command_line: Sequence[str]) -> bool:
    """Say whether this is a launcher, or the process by which `multiprocessing` cleans up."""
    from otel_distro.processes.role import is_resource_tracker

    programs = [PurePath(word).name for word in command_line[:3]]
    return any(name in _NOT_INSTRUMENTED for name in programs) or is_resource_tracker(command_line)


class _ThenInstrument(Loader):
    """Runs the user's `sitecustomize`, then instruments the process, even where that one fails."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        try:
            self._loader.exec_module(module)
        finally:
            _instrument()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)


def _instrument() -> None:
    from otel_distro import in_code, settings

    with settings.not_inherited():
        in_code.instrument()


def _say(text: str) -> None:
    from otel_distro.delivery.stderr import write_line

    write_line(text)
