"""Variables about telemetry on its way: what waits, where, and for how long."""

from dataclasses import dataclass

from otel_distro import parsing
from otel_distro.environment_variables import (
    OTEL_DISTRO_SHUTDOWN_TIMEOUT,
    OTEL_DISTRO_SPOOL_DIR,
    OTEL_DISTRO_SPOOL_MAX_MIB,
)
from otel_distro.variables.variable import own


@dataclass(frozen=True)
class DeliveryBounds:
    """The bounds on disk and time."""

    spool_dir: str | None = own(
        OTEL_DISTRO_SPOOL_DIR,
        "",
        parsing.directory,
        "where undelivered telemetry waits; private to the user",
        instead="the user's state directory",
    )
    spool_max_mib: int = own(
        OTEL_DISTRO_SPOOL_MAX_MIB, "256", parsing.count, "the most that waits on disk, MiB; 0 keeps nothing"
    )
    shutdown_timeout: int = own(
        OTEL_DISTRO_SHUTDOWN_TIMEOUT,
        "3000",
        parsing.milliseconds,
        "how long a process that ends may deliver, all signals together, ms",
    )
