"""Checks the spool: whether telemetry that cannot be sent can be kept, and what waits in it."""

from collections.abc import Iterator
from pathlib import Path

from otel_distro.delivery.directory import partition_name, private_directory, roots
from otel_distro.delivery.inspection import Waiting, waiting_in
from otel_distro.delivery.settings import DeliverySettings
from otel_distro.delivery.wording import counted
from otel_distro.doctor.finding import Finding

_MEBIBYTE = 1024 * 1024
_ANOTHER = "name a directory of this user's in OTEL_DISTRO_SPOOL_DIR"


def find_spool(settings: DeliverySettings) -> tuple[Path | None, Finding]:
    """Return the root of the spool that a process would use now, and what is to be said about it.

    Args:
        settings: say where it should lie.
    """
    if not settings.spool_bytes:
        text = "turned off by OTEL_DISTRO_SPOOL_MAX_MIB=0: an outage loses what memory does not hold"
        return None, Finding("spool", text)
    failures: list[str] = []
    for root in roots(settings.spool_dir):
        try:
            _try(root, partition_name(settings.service_name))
        except OSError as error:
            failures.append(f"{root}: {(error.strerror or str(error)).lower()}")
            continue
        if failures:
            return root, Finding("spool", f"{'; '.join(failures)}; {root} is used instead", _ANOTHER)
        return root, Finding("spool", f"{root} can be written")
    return None, Finding("spool", f"nothing can be kept on disk: {'; '.join(failures)}", _ANOTHER)


def _try(root: Path, partition: str) -> None:
    """Write a file and remove it again: in the service's directory, or above where there is none yet.

    Raises:
        OSError: where that is not possible.
    """
    there = (root / partition).exists()
    directory = private_directory(root, partition) if there else root
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    probe = directory / "doctor.probe"
    probe.write_bytes(b"probe")
    probe.unlink()


def check_waiting(root: Path, settings: DeliverySettings) -> Iterator[Finding]:
    """Yield what waits: for the service that is named in the settings, or for each where none is.

    Args:
        root: of the spool.
        settings: name the service, and the most that may wait.
    """
    named = settings.service_name
    directories = [root / partition_name(named)] if named else sorted(root.glob("*-*"))
    for directory in directories:
        yield from _waiting(directory, settings.spool_bytes)


def _waiting(directory: Path, limit: int) -> Iterator[Finding]:
    found = waiting_in(directory)
    if found.size > limit * 0.9:
        yield Finding(
            "spool",
            f"{directory} is nearly full: {found.size / _MEBIBYTE:.0f} of {limit / _MEBIBYTE:.0f} MiB",
            "get the Collector to take telemetry, or raise OTEL_DISTRO_SPOOL_MAX_MIB",
        )
    if found.damaged:
        yield Finding(
            "spool",
            f"{directory}: {found.damaged} damaged files; what is whole in them is sent",
            "see whether the disk fails or was full",
        )
    if found.records:
        yield _told(directory, found)


def _told(directory: Path, found: Waiting) -> Finding:
    text = f"{directory}: {counted(found.records.items())} wait"
    if found.abandoned:
        return Finding(
            "spool", f"{text}, left by processes that are gone", "start the service: it sends them"
        )
    return Finding("spool", f"{text}, looked after by a process that runs")
