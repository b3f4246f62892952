"""Runs every check of `otel-distro doctor`, from what was asked for to what arrives.

https://opentelemetry.io/docs/specs/otel/protocol/exporter/
"""

from collections.abc import Iterator

from otel_distro.doctor.asked import check_asked
from otel_distro.doctor.distribution import check_distribution
from otel_distro.doctor.endpoints import check_endpoints
from otel_distro.doctor.finding import Finding
from otel_distro.doctor.libraries import check_libraries
from otel_distro.doctor.processes import check_processes
from otel_distro.doctor.spool import check_waiting, find_spool
from otel_distro.settings import Settings


def examine(settings: Settings) -> Iterator[Finding]:
    """Yield what each check finds; nothing but an empty request is sent, and no process is asked.

    Args:
        settings: in force in this shell, as they would be in a process that is started from it.
    """
    yield from check_asked(settings)
    yield from check_distribution(settings.others)
    yield from check_libraries(settings.disabled_instrumentations or ())
    yield from check_endpoints(settings.delivery)
    root, finding = find_spool(settings.delivery)
    yield finding
    if root:
        yield from check_waiting(root, settings.delivery)
        yield from check_processes(root, settings.service_name)
