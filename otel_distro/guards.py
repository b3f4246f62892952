"""Has the SDK record through providers that no value of an application's breaks.

Used by `configurator.py` around the SDK's own configurator, which takes the providers' classes by
their names and has no parameter for them. All that is hostile is replaced and counted at this
surface; the SDK and everything after it see plain values.
"""

from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from typing import Any

from opentelemetry.sdk import _configuration

from otel_distro.delivery.account import Account
from otel_distro.delivery.settings import Signal
from otel_distro.logs.guarded_logger import GuardedLoggerProvider
from otel_distro.logs.upstream_warnings import configure_rare_warnings
from otel_distro.metrics.cardinality import configure_cardinality_limit
from otel_distro.metrics.guarded_meter import GuardedMeterProvider
from otel_distro.otlp.surface import Surface
from otel_distro.trace.current_span import configure_use_span
from otel_distro.trace.guarded_span import configure_guarded_spans
from otel_distro.trace.guarded_tracer import GuardedTracerProvider


@contextmanager
def guarded_providers(account: Account) -> Generator[None]:
    """Let the SDK's configurator make guarded providers, for this block.

    Args:
        account: counts the values that are replaced.
    """
    configure_guarded_spans()
    configure_use_span()
    configure_cardinality_limit()
    guarded: dict[str, Any] = {
        "TracerProvider": partial(GuardedTracerProvider, _surface(account, "traces")),
        "MeterProvider": partial(GuardedMeterProvider, _surface(account, "metrics")),
        "LoggerProvider": partial(GuardedLoggerProvider, _surface(account, "logs")),
    }
    upstream = {name: getattr(_configuration, name) for name in guarded}
    _configuration.__dict__.update(guarded)
    try:
        yield
    finally:
        _configuration.__dict__.update(upstream)
    configure_rare_warnings()


def _surface(account: Account, signal: Signal) -> Surface:
    return Surface(lambda values: account.replace(signal, values))
