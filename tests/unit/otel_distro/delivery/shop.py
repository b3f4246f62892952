"""Spools in one directory, as the processes of a service have them."""

from pathlib import Path

from otel_distro.delivery.account import Account
from otel_distro.delivery.batch import Batch
from otel_distro.delivery.settings import DeliverySettings
from otel_distro.delivery.spool import Spool


class Shop:
    """Opens spools in one directory, as the processes of a service do."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.spools: list[Spool] = []

    def open(self, limit: int = 10**6, service: str = "shop") -> tuple[Spool, Account]:
        """Open another process's spool."""
        account = Account()
        settings = DeliverySettings(service_name=service, spool_dir=self.directory, spool_bytes=limit)
        spool = Spool(settings, account)
        spool.open()
        self.spools.append(spool)
        return spool, account

    def kill(self, spool: Spool) -> None:
        """Let a process vanish: the kernel closes its files, nothing else happens."""
        self.spools.remove(spool)
        spool.abandon()


def keep(spool: Spool, account: Account, *payloads: bytes) -> list[Batch]:
    """Accept batches of one record each and write them to disk."""
    account.accept("traces", len(payloads))
    return spool.keep("traces", [Batch(payload, 1) for payload in payloads])


def take_all(spool: Spool) -> list[bytes]:
    """Take and finish everything; return the payload of each request."""
    taken: list[bytes] = []
    while kept := spool.take("traces", 1, 10**6):
        taken.append(kept.batch.payload)
        spool.done("traces", kept)
    return taken


def segments(directory: Path) -> list[Path]:
    """Return all segment files."""
    return list(directory.rglob("*.segment"))
