"""Holds the lifecycle of this process: the configurator makes it, and who asks for an end finds it.

A process has one, as it has one tracer provider; `opentelemetry-instrument` and the application may
both ask for it to be set up.
"""

from otel_distro.processes.identity import InstanceIdentity, base_instance_id
from otel_distro.processes.lifecycle import Lifecycle
from otel_distro.processes.role import is_worker
from otel_distro.settings import Settings

_lifecycles: list[Lifecycle] = []


def create_lifecycle(settings: Settings) -> Lifecycle:
    """Create the lifecycle of this process.

    Args:
        settings: name the service, its instance, and the longest time that an end may take.
    """
    identity = InstanceIdentity(
        base_instance_id(settings.resource_attributes),
        settings.delivery.service_name,
        settings.delivery.spool_dir,
    )
    lifecycle = Lifecycle(identity, worker=is_worker(), shutdown_timeout=settings.delivery.shutdown_timeout)
    _lifecycles.append(lifecycle)
    return lifecycle


def current_lifecycle() -> Lifecycle | None:
    """Return the lifecycle of this process; `None` where telemetry is not set up."""
    return _lifecycles[-1] if _lifecycles else None
