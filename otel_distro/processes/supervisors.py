"""Notices that this process supervises workers and serves nothing itself, or that it serves.

A supervisor that exported would be one more instance of the service, with metrics of a process
that no request reaches. Servers are watched for the moment at which they begin to supervise; where
one is not imported, this costs nothing.
https://www.uvicorn.org/deployment/ https://docs.gunicorn.org/en/stable/design.html
"""

from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

from wrapt import when_imported, wrap_function_wrapper

from otel_distro.failsafe import failsafe

_SUPERVISORS = (
    ("uvicorn.supervisors.multiprocess", "Multiprocess.__init__"),
    ("uvicorn.supervisors.basereload", "BaseReload.__init__"),
    ("gunicorn.arbiter", "Arbiter.__init__"),
)
# Not `run`: a supervisor pickles that for its workers.
_SERVERS = (("uvicorn.server", "Server.serve"),)


def on_supervising(notify: Callable[[], None]) -> None:
    """Call something when this process begins to supervise workers.

    Args:
        notify: called before any worker is started, and before gunicorn preloads the application.
    """
    _notify_at(_SUPERVISORS, notify)


def on_serving(notify: Callable[[], Any]) -> None:
    """Call something when this process begins to serve by itself.

    Args:
        notify: called before the application's start-up.
    """
    _notify_at(_SERVERS, notify)


def _notify_at(places: Iterable[tuple[str, str]], notify: Callable[[], Any]) -> None:
    safe = failsafe(notify)

    def first_notify(wrapped: Callable[..., Any], _instance: Any, args: Any, kwargs: Any) -> Any:
        safe()
        return wrapped(*args, **kwargs)

    for module, name in places:
        _watch(module, name, first_notify)


def _watch(module: str, name: str, wrapper: Any) -> None:
    @when_imported(module)
    @failsafe
    def _wrap(imported: ModuleType) -> None:  # pyright: ignore[reportUnusedFunction] - called by the import
        wrap_function_wrapper(imported, name, wrapper)
