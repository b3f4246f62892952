"""Profiles for Sentry: a share of the processes, each from its start to its end.

Sentry decides for a process as a whole. It needs no tracing of its own for that (`manual` means that
somebody starts it, which is here). A profile holds names of functions and files, and no values.
https://docs.sentry.io/platforms/python/profiling/#continuous-profiling
"""

from collections.abc import Callable
from typing import Any

from opentelemetry.trace import Span
from sentry_sdk.profiler import start_profiler

ServerRequestHook = Callable[[Span, Any], None]


def profiling_options(rate: float) -> dict[str, Any]:
    """Return Sentry's options.

    Args:
        rate: the share of processes, from 0 to 1.
    """
    return {"profile_session_sample_rate": rate, "profile_lifecycle": "manual"} if rate else {}


def profiled(hook: ServerRequestHook) -> ServerRequestHook:
    """Start the profiler, and return a hook that sees to it at each request.

    A server that forks its workers leaves the profiler's thread behind; where it runs already,
    starting it again is a comparison of two numbers.

    Args:
        hook: what else is to be done at a request.
    """
    start_profiler()

    def start_and_go_on(span: Span, scope: Any) -> None:
        start_profiler()
        hook(span, scope)

    return start_and_go_on
