"""Says once what the process is, where its telemetry goes and what is instrumented.

`processes/announcement.py` knows when: a process cannot tell at its start who it is.

At INFO, so an application's own output stays as it was: through logging where that takes INFO by
then, else on standard error where `OTEL_LOG_LEVEL` is `info` or `debug`.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from opentelemetry.trace import get_tracer_provider

from otel_distro.delivery.settings import Signal
from otel_distro.delivery.stderr import write_line
from otel_distro.delivery.wording import address
from otel_distro.instrumentation.outcomes import Outcome
from otel_distro.settings import Settings
from otel_distro.version import VERSION

_logger = logging.getLogger("otel_distro")


def is_wanted(settings: Settings) -> bool:
    """Say whether anybody would read the report."""
    return _asked_for(settings) or _logger.isEnabledFor(logging.INFO)


def report(settings: Settings, outcomes: Iterable[Outcome], exports: bool) -> None:
    """Write the report to where it is read.

    Args:
        settings: what is in force.
        outcomes: of all instrumentations.
        exports: whether this process exports; if not, it ends.
    """
    lines = list(lines_of(settings, outcomes, _resource_attributes(), exports))
    if _logger.isEnabledFor(logging.INFO) and _logger.hasHandlers():
        _logger.info("%s", "\n".join(lines))
    elif _asked_for(settings):
        for line in lines:
            write_line(line)


def lines_of(
    settings: Settings, outcomes: Iterable[Outcome], resource: Mapping[str, Any], exports: bool
) -> Iterator[str]:
    """Yield the report, line by line.

    Args:
        settings: what is in force.
        outcomes: of all instrumentations.
        resource: the attributes on this process's telemetry.
        exports: whether there is any.
    """
    name = resource.get("service.name") or settings.service_name or "unknown_service"
    instance = resource.get("service.instance.id") if exports else None
    yield f"{VERSION} for {name}" + (f", instance {instance}" if instance else "")
    if not exports:
        yield "  nothing was recorded that could be exported"
    yield from _endpoints(settings)
    rows = list(outcomes)
    width = max((len(row.library) for row in rows), default=0)
    for row in rows:
        yield f"  {row.library:<{width}}  {row.text}"


def _endpoints(settings: Settings) -> Iterator[str]:
    signals: dict[str, list[Signal]] = {}
    for signal, destination in settings.delivery.destinations.items():
        signals.setdefault(f"{address(destination)} ({destination.protocol})", []).append(signal)
    for endpoint, names in signals.items():
        yield f"  {', '.join(names)} to {endpoint}"
    if not signals:
        yield "  nothing is exported by OTLP"


def _resource_attributes() -> Mapping[str, Any]:
    resource = getattr(get_tracer_provider(), "resource", None)
    return getattr(resource, "attributes", {})


def _asked_for(settings: Settings) -> bool:
    return settings.diagnostics_level in ("info", "debug")
