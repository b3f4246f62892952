"""Owns `service.instance.id`: the same after every restart, and never that of two processes at once.

A process without siblings is what `OTEL_RESOURCE_ATTRIBUTES` calls it, or else the machine's name.
One of several adds its slot: `shop-7-w0`, `shop-7-w1`. An id made of a process id or of chance, as
upstream has it, makes a new series of every metric at each restart; the same one in every worker
makes one series jump between the counts of all.
https://opentelemetry.io/docs/specs/semconv/resource/#service
"""

import socket
from pathlib import Path
from urllib.parse import unquote

from opentelemetry.semconv._incubating.attributes.service_attributes import (  # pyright: ignore[reportMissingTypeStubs]
    SERVICE_INSTANCE_ID,
)

from otel_distro.delivery.stderr import write_line
from otel_distro.processes.slots import Slot, slot_directory, take_slot


class InstanceIdentity:
    """The identity of this process, settled when it first exports.

    Args:
        base: the id before any suffix, from `base_instance_id`.
        service_name: whose instance this is.
        spool_dir: where slots are kept, if set.
    """

    def __init__(self, base: str, service_name: str, spool_dir: Path | None = None) -> None:
        self._base = base
        self._service_name = service_name
        self._spool_dir = spool_dir
        self._slot: Slot | None = None

    @property
    def id(self) -> str:
        """The id as it is now: without suffix until a slot is taken."""
        suffix = self._slot.name if self._slot else ""
        return f"{self._base}-{suffix}" if suffix else self._base

    @property
    def attributes(self) -> dict[str, str]:
        """The id as resource attributes."""
        return {SERVICE_INSTANCE_ID: self.id}

    def settle(self, *, worker: bool) -> None:
        """Take a slot, and keep it until this process ends.

        Where there is no place for locks, processes share the base id, and a line says so.
        """
        directory = slot_directory(self._service_name, self._base, self._spool_dir)
        self._slot = take_slot(directory, worker=worker) if directory else None
        if self._slot is None and worker:
            write_line(
                f"no directory takes file locks: every worker reports as {self._base!r}, and their "
                "metrics overwrite each other; OTEL_DISTRO_SPOOL_DIR may name one"
            )

    def leave(self) -> None:
        """Give the slot up; in a forked child, close the copy of the parent's."""
        if self._slot:
            self._slot.leave()
            self._slot = None


def base_instance_id(resource_attributes: str | None) -> str:
    """Return the `service.instance.id` that is given, or else the machine's name.

    Args:
        resource_attributes: as `OTEL_RESOURCE_ATTRIBUTES` has them, `key=value,…`.
    """
    for pair in (resource_attributes or "").split(","):
        name, _, value = pair.partition("=")
        if name.strip() == SERVICE_INSTANCE_ID and value.strip():
            return unquote(value.strip())
    return socket.gethostname() or "localhost"
